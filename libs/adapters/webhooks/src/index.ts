export { httpWebhookSender, type SenderOptions } from './http-webhook-sender.ts';
export { derivedSecrets } from './derived-secrets.ts';
export { signatureOf } from './signature.ts';
