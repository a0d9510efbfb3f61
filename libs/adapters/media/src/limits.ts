/** What media may be, published as they are. Beyond them: `media.limit`. */
export const MEDIA_LIMITS = {
  /** 4 hours. */
  audioMs: 4 * 60 * 60 * 1000,
  /** Of one film frame: 8K. */
  pixels: 33_177_600,
  /** 30 minutes: a film of which frames are taken. */
  filmMs: 30 * 60 * 1000,
  /** Of one picture: 50 megapixels. */
  picturePixels: 50_000_000,
  /** How long one picture may take to decode. */
  pictureSeconds: 8,
  /** Memory of one ffmpeg, its processor seconds, and the largest file it may write. */
  processBytes: 2_147_483_648,
  processSeconds: 120,
  fileBytes: 2_147_483_648,
} as const;
