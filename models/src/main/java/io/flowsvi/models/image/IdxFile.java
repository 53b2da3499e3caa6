package io.flowsvi.models.image;

import io.flowsvi.ppl.tensor.PplException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A file of unsigned bytes in the idx format of MNIST, gzipped or not.
 *
 * <p>Two zero bytes, the type (8: unsigned byte), the number of dimensions, each size as a
 * big-endian int, then the bytes. LeCun, Cortes and Burges, "The MNIST database".
 *
 * @param dims sizes, outermost first
 * @param bytes row-major
 */
public record IdxFile(int[] dims, byte[] bytes) {
  private static final int UNSIGNED_BYTE = 8;
  private static final int MOST_DIMENSIONS = 4;
  private static final int GREY_LEVELS = 256;

  /**
   * Reads a file. Throws {@link PplException} saying which file and why, if it is missing, not idx,
   * truncated or longer than it says.
   */
  public static IdxFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PplException(
          "There is no image file at "
              + file
              + ". Likely fix: put it there, name its folder with --data, or, for MNIST, fetch it"
              + " with --download.");
    }
    try (DataInputStream in = new DataInputStream(open(file))) {
      int magic = in.readInt();
      int rank = magic & 0xff;
      if (magic >>> 8 != UNSIGNED_BYTE || rank < 1 || rank > MOST_DIMENSIONS) {
        throw new PplException(
            file
                + String.format(" starts with %08x", magic)
                + ": not an idx file of unsigned bytes (00000801 to 00000804).");
      }
      int[] dims = new int[rank];
      long size = 1;
      for (int i = 0; i < rank; i++) {
        dims[i] = in.readInt();
        size = Math.multiplyExact(size, (long) dims[i]);
      }
      if (size < 1 || size > Integer.MAX_VALUE - 8) {
        throw new PplException(file + " says its sizes are " + Arrays.toString(dims) + ".");
      }
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length < size || in.read() >= 0) {
        throw new PplException(
            file
                + " says its sizes are "
                + Arrays.toString(dims)
                + ", "
                + size
                + " bytes, but has "
                + (bytes.length < size ? "only " + bytes.length : "more")
                + ". Likely fix: fetch it again.");
      }
      return new IdxFile(dims, bytes);
    } catch (EOFException e) {
      throw new PplException(file + " ends in the middle. Likely fix: fetch it again.", e);
    } catch (IOException e) {
      throw new PplException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    raw.mark(2);
    boolean gzipped = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return gzipped ? new GZIPInputStream(raw, 1 << 16) : raw;
  }

  /** The file in a folder under its name, or its name with {@code .gz}. */
  public static IdxFile read(Path folder, String name) {
    Path gzipped = folder.resolve(name + ".gz");
    return read(Files.isRegularFile(gzipped) ? gzipped : folder.resolve(name));
  }

  /**
   * As grey images of 256 levels. Throws {@link PplException} unless it is count, height, width.
   */
  public ImageSet images(String name) {
    if (dims.length != 3) {
      throw new PplException(
          "Images '"
              + name
              + "' have sizes "
              + Arrays.toString(dims)
              + ", expected [count, height, width].");
    }
    float[] pixels = new float[bytes.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = bytes[i] & 0xff;
    }
    return new ImageSet(name, dims[1], dims[2], GREY_LEVELS, pixels);
  }
}
