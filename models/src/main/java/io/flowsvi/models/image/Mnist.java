package io.flowsvi.models.image;

import io.flowsvi.ppl.tensor.Seed;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * The handwritten digits of LeCun, Cortes and Burges: 60,000 images, of which the last sixth is
 * held out for validation, and 10,000 test images, 28 × 28 in 256 grey levels.
 */
final class Mnist implements ImageSource {
  private static final String TRAINING = "train-images-idx3-ubyte";
  private static final String TEST = "t10k-images-idx3-ubyte";

  /** The mirror that TensorFlow uses, as yann.lecun.com refuses downloads. */
  private static final String MIRROR = "https://storage.googleapis.com/cvdf-datasets/mnist/";

  /**
   * Of 9,912,422 and 1,648,877 bytes; digests as the index of the Hugging Face data set "mnist"
   * lists them for these addresses.
   */
  private static final List<RemoteFile> FILES =
      List.of(
          new RemoteFile(
              URI.create(MIRROR + TRAINING + ".gz"),
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
          new RemoteFile(
              URI.create(MIRROR + TEST + ".gz"),
              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"));

  @Override
  public ImageSplit read(Path folder, Seed seed) {
    ImageSet training = IdxFile.read(folder, TRAINING).images("mnist");
    ImageSet test = IdxFile.read(folder, TEST).images("mnist");
    int kept = training.count() - training.count() / 6;
    return new ImageSplit(training.range(0, kept), training.range(kept, training.count()), test);
  }

  @Override
  public List<RemoteFile> files() {
    return FILES;
  }
}
