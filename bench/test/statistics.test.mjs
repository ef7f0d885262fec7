import assert from "node:assert/strict";
import { test } from "node:test";

import { compare, median, medianIndex, summarize } from "../statistics.mjs";

test("the median is the middle value, or between the two middle ones", () => {
  assert.equal(median([5, 1, 100]), 5);
  assert.equal(median([4, 1, 2, 100]), 3);
});

test("the median's run is the one closest to it", () => {
  assert.equal(medianIndex([9, 4, 100, 5, 6]), 4);
});

test("a slow run moves neither the median nor its interval far", () => {
  const values = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 900];
  const { median, interval } = summarize(values);
  assert.equal(median, 17);
  // Order statistics put the 95 % interval of 15 values between the 4th and the 12th.
  assert.ok(Math.abs(interval[0] - 13) <= 1 && Math.abs(interval[1] - 21) <= 1, `${interval}`);
});

test("equal values have no uncertainty", () => {
  assert.deepEqual(summarize([7, 7, 7]), { median: 7, interval: [7, 7] });
});

test("a ratio has an interval around it", () => {
  const { ratio, interval } = compare([20, 22, 24, 26, 28], [10, 11, 12, 13, 14]);
  assert.equal(ratio, 2);
  assert.ok(interval[0] <= 2 && interval[1] >= 2);
});

test("a slowdown that hits both in the same run cancels out", () => {
  const { interval } = compare([20, 200, 40, 400, 60], [10, 100, 20, 200, 30]);
  assert.deepEqual(interval, [2, 2]);
});

test("the same data give the same report", () => {
  const [values, baseline] = [7919, 104_729].map((prime) => Array.from({ length: 40 }, (_, run) => 100 + ((run * prime) % 997)));
  assert.deepEqual(compare(values, baseline), compare(values, baseline));
});
