// Checks that the demo completed and that its files are in the bucket. usage: node tools/ci/expect-demo-on-s3.mjs OUTPUT
import { readFileSync } from 'node:fs';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

const [job] = JSON.parse(readFileSync(process.argv[2], 'utf8').trim().split('\n').at(-1)).jobs;
if (job.status !== 'completed') throw new Error(`the job is ${job.status}`);
const { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = process.env;
const client = new S3Client({
  endpoint: S3_ENDPOINT,
  region: S3_REGION,
  forcePathStyle: true,
  credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
});
const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: S3_BUCKET }));
const wanted = Object.values(job.outputs).filter((value) => typeof value?.sha256 === 'string');
if (wanted.length < 7) throw new Error(`the job has ${wanted.length} files, not 7`);
const sizes = new Map();
for (const { Key } of Contents) {
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket: S3_BUCKET, Key }));
  sizes.set(ContentLength, Key);
}
const absent = wanted.filter(({ bytes }) => !sizes.has(bytes));
if (absent.length > 0) throw new Error(`not in the bucket: ${absent.map(({ name }) => name).join(', ')}`);
console.log(`${Contents.length} objects in the bucket, among them the ${wanted.length} files of the job`);
client.destroy();
