package io.flowsvi.models.image;

import io.flowsvi.flows.train.Batches;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Batches of images: in a new order every epoch, or in order; binarised anew every epoch if asked.
 *
 * <p>Pure in the step. The last batch of an epoch has the images that remain.
 */
public final class ImageBatches implements Batches<Images> {
  private final ImageSet set;
  private final int size;
  private final Seed seed;
  private final Drawing drawing;
  private final Order order;
  private long orderedEpoch = -1;
  private int[] rows;

  private enum Order {
    SHUFFLED,
    PLAIN
  }

  private enum Drawing {
    NEVER,
    EVERY_EPOCH
  }

  private ImageBatches(ImageSet set, int size, Seed seed, Drawing drawing, Order order) {
    if (size < 1 || set.count() < size) {
      throw new PplException(
          "Batches of "
              + size
              + " images out of "
              + set.count()
              + ": the size must be between 1 and the number of images.");
    }
    this.set = set;
    this.size = size;
    this.seed = seed;
    this.drawing = drawing;
    this.order = order;
  }

  /** For training: shuffled every epoch, and binarised anew if that is dynamic. */
  public static ImageBatches shuffled(ImageSet set, int size, Seed seed, Binarisation how) {
    Drawing drawing = how == Binarisation.DYNAMIC ? Drawing.EVERY_EPOCH : Drawing.NEVER;
    return new ImageBatches(set, size, seed, drawing, Order.SHUFFLED);
  }

  /** For evaluation: in order, as they are. */
  public static ImageBatches inOrder(ImageSet set, int size) {
    return at(set, PermutationSampler.natural(set.count()), size);
  }

  /** For evaluation: the images at these places in their order, which keep their row ids. */
  public static ImageBatches at(ImageSet set, int[] places, int size) {
    ImageBatches some = new ImageBatches(set, size, Seed.of(0), Drawing.NEVER, Order.PLAIN);
    some.rows = places.clone();
    return some;
  }

  @Override
  public int perEpoch() {
    return (count() + size - 1) / size;
  }

  private int count() {
    return rows == null ? set.count() : rows.length;
  }

  @Override
  public synchronized Images batch(long step) {
    long epoch = step / perEpoch();
    if (order == Order.SHUFFLED && epoch != orderedEpoch) {
      rows =
          new PermutationSampler(seed.fold(epoch).generator(), set.count(), set.count()).sample();
      orderedEpoch = epoch;
    }
    int from = (int) (step % perEpoch()) * size;
    int[] ids = java.util.Arrays.copyOfRange(rows, from, Math.min(count(), from + size));
    float[] pixels = new float[ids.length * set.each()];
    Seed draws = seed.fold("dynamic").fold(epoch);
    for (int i = 0; i < ids.length; i++) {
      int at = i * set.each();
      if (drawing == Drawing.EVERY_EPOCH) {
        Binarisation.draw(set, ids[i], draws, pixels, at);
      } else {
        System.arraycopy(set.pixels(), ids[i] * set.each(), pixels, at, set.each());
      }
    }
    return new Images(pixels, ids);
  }
}
