export { guardedFetch } from './guarded-fetch.ts';
export { postOutbound } from './post.ts';
export { isPublicAddress } from './public-address.ts';
export { OutboundError, type Resolve } from './request.ts';
