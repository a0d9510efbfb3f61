import type { ListObjectsV2Command } from '@aws-sdk/client-s3';

/** The clock of the store: the Date of its answer, which the client does not give. Call it before the command is sent. */
export function dateOf(command: ListObjectsV2Command): () => Date {
  let date: Date | undefined;
  command.middlewareStack.add(
    (next) => async (given) => {
      const result = await next(given);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      date = new Date(headers?.date ?? '');
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return () => {
    if (!date || Number.isNaN(date.getTime())) throw new Error('the answer has no Date');
    return date;
  };
}
