package io.flowsvi.flows.train;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/** Ways in which bytes on a disk go wrong. */
final class Damage {
  private Damage() {}

  /** The bytes with one kind of damage; never the same as before. */
  static byte[] of(byte[] whole, UniformRandomProvider random) {
    byte[] bad;
    do {
      bad = once(whole, random);
    } while (Arrays.equals(bad, whole));
    return bad;
  }

  private static byte[] once(byte[] whole, UniformRandomProvider random) {
    byte[] bad = whole.clone();
    int at = random.nextInt(whole.length);
    int end = at + random.nextInt(whole.length - at);
    switch (random.nextInt(8)) {
      case 0 -> bad[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bad[random.nextInt(20)] = (byte) random.nextInt();
      case 2 -> Arrays.fill(bad, at, end, (byte) 0);
      case 3 -> bad = Arrays.copyOf(whole, at);
      case 4 -> {
        bad = Arrays.copyOf(whole, whole.length + 1 + random.nextInt(40));
        bad[bad.length - 1] = (byte) random.nextInt();
      }
      case 5 -> {
        // A piece is missing in the middle.
        bad = Arrays.copyOf(whole, whole.length - (end - at));
        System.arraycopy(whole, end, bad, at, whole.length - end);
      }
      case 6 -> {
        for (int i = at; i < Math.min(whole.length, at + 8); i++) {
          bad[i] = (byte) random.nextInt();
        }
      }
      default -> {
        // Two blocks change places.
        int length = Math.min(whole.length - at, random.nextInt(64) + 1);
        int from = random.nextInt(whole.length - length + 1);
        System.arraycopy(whole, from, bad, at, length);
        System.arraycopy(whole, at, bad, from, length);
      }
    }
    return bad;
  }
}
