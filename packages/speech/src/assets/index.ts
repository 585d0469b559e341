export { AssetError } from './asset-error.ts';
export { type DownloadProgress, fetchAssets, findMissingAssets } from './fetch-assets.ts';
export { type Asset, manifest } from './manifest.ts';
