/** As infra/docker builds them. */
export interface Images {
  readonly api: string;
  readonly cpu: string;
  readonly cuda: string;
}

export const imagesOf = (version: string): Images => ({
  api: `intermodal/api:${version}`,
  cpu: `intermodal/workers-cpu:${version}`,
  cuda: `intermodal/workers-cuda:${version}`,
});
