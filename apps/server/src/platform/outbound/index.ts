export { OutboundError, postOutbound, type Resolve } from './post.ts';
export { isPublicAddress } from './public-address.ts';
