#!/bin/sh
# Prints the size of the optimized WebAssembly in bytes, plain and in brotli, of a build with these
# features: ./measure.sh ours. With OWN_STD=1 it rebuilds the standard library as `cargo xtask build` does.
# Needs wasm-bindgen (the version in Cargo.lock), wasm-opt and node on PATH.
set -e
cd "$(dirname "$0")"
if [ -n "$OWN_STD" ]; then
    export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
    export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
    export RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zinline-mir=no"
fi
cp ../../../Cargo.lock .
cargo build --quiet --release --target wasm32-unknown-unknown --features "$1"
release=target/wasm32-unknown-unknown/release
wasm-bindgen --target web --no-typescript --out-dir $release/out $release/json_reader_size.wasm
wasm-opt --enable-bulk-memory --enable-reference-types --enable-sign-ext \
    --enable-nontrapping-float-to-int --enable-mutable-globals --enable-multivalue \
    --flatten --rereloop -Os --converge --low-memory-unused \
    $release/out/json_reader_size_bg.wasm -o $release/out/optimized.wasm
node -e '
const { brotliCompressSync, constants } = require("node:zlib");
const bytes = require("node:fs").readFileSync(process.argv[1]);
const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
console.log(bytes.length, brotliCompressSync(bytes, { params }).length);
' $release/out/optimized.wasm
