/** What a process of a model may know of its worker's environment: where programs and libraries are. No key, no address. */
const PASSED_ON =
  /^(PATH|HOME|TMPDIR|LANG|LC_\w+|TZ|LD_LIBRARY_PATH|NODE_OPTIONS|CUDA_\w+|NVIDIA_\w+|ORT_\w+|OMP_\w+|MALLOC_\w+)$/;

export const hostEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => PASSED_ON.test(name)));
