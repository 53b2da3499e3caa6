package io.flowsvi.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of images, their binarisation, their splits and batches. */
class ImageDataTest {
  @TempDir Path folder;

  private static byte[] idx(int magic, int[] dims, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dims.length + bytes).putInt(magic);
    for (int dim : dims) {
      buffer.putInt(dim);
    }
    for (int i = 0; i < bytes; i++) {
      buffer.put((byte) (40 * i));
    }
    return buffer.array();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(target)) {
      gzip.write(bytes);
    }
    return target.toByteArray();
  }

  @Test
  void readsIdxFilesGzippedOrNot() throws IOException {
    byte[] bytes = idx(0x803, new int[] {2, 2, 3}, 12);
    file("plain", bytes);
    file("packed.gz", gzip(bytes));
    for (String name : new String[] {"plain", "packed"}) {
      ImageSet set = IdxFile.read(folder, name).images(name);
      assertThat(set.count()).isEqualTo(2);
      assertThat(set.height()).isEqualTo(2);
      assertThat(set.width()).isEqualTo(3);
      assertThat(set.pixels()).startsWith(0, 40, 80, 120, 160, 200, 240, 24);
    }
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    assertThatThrownBy(() -> IdxFile.read(folder.resolve("none")))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("There is no image file at")
        .hasMessageContaining(
            "name its folder with --data, or, for MNIST, fetch it with --download");
    Path text = file("text", "not images".getBytes());
    assertThatThrownBy(() -> IdxFile.read(text)).hasMessageContaining("not an idx file");
    Path labels = file("labels", idx(0x801, new int[] {5}, 5));
    assertThatThrownBy(() -> IdxFile.read(labels).images("labels"))
        .hasMessageContaining("have sizes [5], expected [count, height, width]");
    Path cut = file("cut", idx(0x803, new int[] {2, 2, 3}, 7));
    assertThatThrownBy(() -> IdxFile.read(cut)).hasMessageContaining("but has only 7");
    Path more = file("more", idx(0x803, new int[] {2, 2, 3}, 13));
    assertThatThrownBy(() -> IdxFile.read(more)).hasMessageContaining("but has more");
    Path stub = file("stub", new byte[] {0, 0, 8, 3, 0});
    assertThatThrownBy(() -> IdxFile.read(stub)).hasMessageContaining("ends in the middle");
    byte[] whole = gzip(idx(0x803, new int[] {20, 2, 3}, 120));
    Path torn = file("torn.gz", Arrays.copyOf(whole, whole.length - 12));
    assertThatThrownBy(() -> IdxFile.read(torn)).isInstanceOf(PplException.class);
    Path empty = file("empty", idx(0x803, new int[] {0, 2, 3}, 0));
    assertThatThrownBy(() -> IdxFile.read(empty)).hasMessageContaining("sizes are [0, 2, 3]");
  }

  @Test
  void refusesPixelsThatAreNoGreyLevels() {
    assertThatThrownBy(() -> new ImageSet("x", 1, 2, 4, new float[] {0, 3, 4, 1}))
        .hasMessageContaining("pixel 0 of image 1 is 4.0, expected a whole number from 0 to 3");
    assertThatThrownBy(() -> new ImageSet("x", 1, 2, 4, new float[3]))
        .hasMessageContaining("3 pixels are no whole number of 1 x 2 images");
    assertThatThrownBy(() -> new ImageSet("x", 1, 2, 1, new float[2]))
        .hasMessageContaining("levels must be at least 2, got 1");
    assertThatThrownBy(() -> new Images(new float[3], new int[2]))
        .hasMessageContaining("A batch of 2 images has 3 pixels");
  }

  private static ImageSet grey() {
    float[] pixels = new float[10 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 5;
    }
    return new ImageSet("grey", 2, 4, 5, pixels);
  }

  @Test
  void binarisationKeepsBlackAndWhiteAndIsSeeded() {
    ImageSet drawn = Binarisation.draw(grey(), Seed.of(1));
    for (int i = 0; i < drawn.pixels().length; i++) {
      assertThat(drawn.pixels()[i]).isIn(0f, 1f);
      if (grey().pixels()[i] == 0 || grey().pixels()[i] == 4) {
        assertThat(drawn.pixels()[i]).isEqualTo(grey().pixels()[i] / 4);
      }
    }
    assertThat(Binarisation.draw(grey(), Seed.of(1)).pixels()).isEqualTo(drawn.pixels());
    assertThat(Binarisation.draw(grey(), Seed.of(2)).pixels()).isNotEqualTo(drawn.pixels());
  }

  @Test
  void anEpochHasEveryImageOnceAndBatchesArePureInTheStep() {
    ImageBatches batches = ImageBatches.shuffled(grey(), 4, Seed.of(3), Binarisation.DYNAMIC);
    assertThat(batches.perEpoch()).isEqualTo(3);
    Set<Integer> seen = new TreeSet<>();
    for (int step = 3; step < 6; step++) {
      for (int id : batches.batch(step).rowIds()) {
        assertThat(seen.add(id)).isTrue();
      }
    }
    assertThat(seen).hasSize(10);
    Images again = batches.batch(1);
    ImageBatches other = ImageBatches.shuffled(grey(), 4, Seed.of(3), Binarisation.DYNAMIC);
    assertThat(other.batch(1).pixels()).isEqualTo(again.pixels());
    assertThat(other.batch(1).rowIds()).isEqualTo(again.rowIds());
  }

  /** The same image in two epochs: drawn anew if dynamic, the same otherwise. */
  @Test
  void onlyDynamicBinarisationDrawsEveryEpochAnew() {
    for (Binarisation how : Binarisation.values()) {
      ImageSplit split = ImageSplit.ofLast(grey(), 1, 1).binarised(how, Seed.of(4));
      ImageBatches batches = ImageBatches.shuffled(split.training(), 8, Seed.of(3), how);
      float[] first = ofImage(batches.batch(0), 5);
      float[] second = ofImage(batches.batch(1), 5);
      assertThat(Arrays.equals(first, second)).isEqualTo(how != Binarisation.DYNAMIC);
      assertThat(split.test().levels()).isEqualTo(how == Binarisation.NONE ? 5 : 2);
    }
  }

  private static float[] ofImage(Images images, int id) {
    for (int i = 0; i < images.count(); i++) {
      if (images.rowIds()[i] == id) {
        return Arrays.copyOfRange(images.pixels(), 8 * i, 8 * (i + 1));
      }
    }
    throw new AssertionError("no image " + id);
  }

  @Test
  void splitsAndBatchesRefuseWhatDoesNotFit() {
    assertThatThrownBy(() -> ImageSplit.ofLast(grey(), 5, 5))
        .hasMessageContaining(
            "cannot hold out 5 for validation and 5 for the test, and train on 0");
    assertThatThrownBy(() -> ImageBatches.inOrder(grey(), 11))
        .hasMessageContaining("Batches of 11 images out of 10");
    assertThatThrownBy(() -> grey().range(3, 11)).hasMessageContaining("cannot take 3 to 11");
    ImageSplit shuffled = ImageSplit.shuffled(grey(), 2, 3, Seed.of(1));
    assertThat(shuffled.toString()).isEqualTo("[5, 2, 3]");
    assertThat(shuffled.first(1).toString()).isEqualTo("[1, 1, 1]");
  }

  @Test
  void theBundledDigitsHaveASplitOfTheirOwn() {
    ImageSplit split = ImageSource.all().get("digits").read(folder, Seed.of(1));
    assertThat(split.toString()).isEqualTo("[1200, 197, 400]");
    assertThat(split.training().levels()).isEqualTo(17);
  }
}
