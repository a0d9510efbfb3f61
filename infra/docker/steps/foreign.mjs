/** Of the packages that carry programs for several platforms: which files another platform reads. */
const PLATFORM_FILES = [
  /^node_modules\/onnxruntime-node\/bin\/napi-v\d+\/(?<platform>[a-z0-9]+)(?:\/(?<arch>[a-z0-9]+))?/,
  // By its overrides the root package names packages of other platforms; npm installs those of this one's other processors, too.
  /^node_modules\/@node-llama-cpp\/(?<platform>linux|mac|win)-(?<arch>[a-z0-9]+)/,
];
/** What is read only by those who compile: the sources of llama.cpp, types, maps of other people's sources. */
const FOR_BUILDS = [
  /^node_modules\/node-llama-cpp\/llama\/gitRelease\.bundle$/,
  /^node_modules\/.*\.(d\.[cm]?ts|[cm]?js\.map)$/,
];

/** Whether a path below the repository root is of no use to Node on this platform and processor. */
export function isForeign(path, { platform, arch }) {
  if (FOR_BUILDS.some((pattern) => pattern.test(path))) return true;
  return PLATFORM_FILES.some((pattern) => {
    const { platform: theirs, arch: processor } = pattern.exec(path)?.groups ?? {};
    return theirs !== undefined && (theirs !== platform || (processor ?? arch) !== arch);
  });
}
