// Checks that all of the demo went well and that the files of its jobs are in the bucket. usage: node tools/ci/expect-demo-on-s3.mjs OUTPUT
import { readFileSync } from 'node:fs';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

const { jobs, batch, webhook } = JSON.parse(readFileSync(process.argv[2], 'utf8').trim().split('\n').at(-1));
if (jobs.length !== 3) throw new Error(`there are ${jobs.length} jobs, not 3`);
for (const { pipeline, status } of jobs)
  if (status !== 'completed') throw new Error(`the job of ${pipeline} is ${status}`);
if (batch.counts.completed !== 10) throw new Error(`the batch is ${JSON.stringify(batch.counts)}`);
if (webhook.signature !== 'valid') throw new Error(`the webhook's signature: ${webhook.signature}`);
const { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = process.env;
const client = new S3Client({
  endpoint: S3_ENDPOINT,
  region: S3_REGION,
  forcePathStyle: true,
  credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
});
const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: S3_BUCKET }));
const wanted = jobs
  .flatMap(({ outputs }) => Object.values(outputs))
  .filter((value) => typeof value?.sha256 === 'string');
// Seven of speech-to-speech, four of video-to-text.
if (wanted.length < 11) throw new Error(`the jobs have ${wanted.length} files, not 11`);
const sizes = new Map();
for (const { Key } of Contents) {
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket: S3_BUCKET, Key }));
  sizes.set(ContentLength, Key);
}
const absent = wanted.filter(({ bytes }) => !sizes.has(bytes));
if (absent.length > 0) throw new Error(`not in the bucket: ${absent.map(({ name }) => name).join(', ')}`);
console.log(`${Contents.length} objects in the bucket, among them the ${wanted.length} files of the jobs`);
client.destroy();
