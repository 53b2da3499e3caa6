package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A kind of file that notices damage: magic number, version, payload length, payload, SHA-256 of
 * all before it. Numbers are big-endian.
 *
 * @param magic eight bytes, one of which no text has: a text conversion is noticed, too
 * @param version of the payload
 * @param kind what it is called in messages
 */
public record SealedFile(long magic, int version, String kind) {
  private static final int HEADER = 16;
  private static final int DIGEST = 32;

  /** What a payload is made into; throws an unchecked exception where it makes no sense. */
  public interface Decoder<T> {
    /** The thing of these bytes. */
    T decode(byte[] payload) throws IOException;
  }

  byte[] seal(byte[] payload) {
    ByteBuffer sealed =
        ByteBuffer.allocate(HEADER + payload.length + DIGEST)
            .putLong(magic)
            .putInt(version)
            .putInt(payload.length)
            .put(payload);
    return sealed.put(digest(sealed.array(), HEADER + payload.length)).array();
  }

  /** Replaces the file at once, unless there is one of another kind, which is left as it is. */
  public void write(Path file, byte[] payload) {
    refuseForeign(file);
    AtomicFile.write(file, seal(payload));
  }

  /** Throws {@link PplException} saying which file and why, whatever is wrong with it. */
  public <T> T read(Path file, Decoder<T> decoder) {
    if (!Files.isRegularFile(file)) {
      throw new PplException("There is no " + kind + " at " + file + ".");
    }
    byte[] payload;
    try {
      payload = open(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new PplException(title() + " " + file + " cannot be read: " + e.getMessage() + ".", e);
    }
    try {
      return decoder.decode(payload);
    } catch (PplException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The digest is right, so this library's format was not kept by who wrote it.
      throw new PplException(
          title()
              + " "
              + file
              + " makes no sense inside: "
              + e
              + ". Likely fix: use the library version that wrote it.",
          e);
    }
  }

  private byte[] open(Path file, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < 8 || buffer.getLong() != magic) {
      throw new PplException(file + " is not a flowsvi " + kind + ". It was left as it is.");
    }
    if (bytes.length < HEADER) {
      throw truncated(file, bytes.length, "at least " + HEADER);
    }
    int found = buffer.getInt();
    if (found != version) {
      throw new PplException(
          title()
              + " "
              + file
              + " has format version "
              + found
              + "; this library reads version "
              + version
              + ". Likely fix: use the library version that wrote it.");
    }
    int length = buffer.getInt();
    long expected = (long) HEADER + length + DIGEST;
    if (length < 0 || bytes.length < expected) {
      throw truncated(file, bytes.length, length < 0 ? "more" : String.valueOf(expected));
    }
    byte[] stored = Arrays.copyOfRange(bytes, HEADER + length, HEADER + length + DIGEST);
    if (bytes.length > expected || !Arrays.equals(stored, digest(bytes, HEADER + length))) {
      throw new PplException(
          title()
              + " "
              + file
              + " is damaged: its content does not match its digest. Likely fix: use an earlier"
              + " copy.");
    }
    return Arrays.copyOfRange(bytes, HEADER, HEADER + length);
  }

  private PplException truncated(Path file, int length, String expected) {
    return new PplException(
        title()
            + " "
            + file
            + " is truncated: it has "
            + length
            + " bytes, expected "
            + expected
            + ". Likely fix: use an earlier copy.");
  }

  /** Refuses to replace a file that this library did not write. */
  void refuseForeign(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    byte[] start = new byte[8];
    int read;
    try (InputStream in = Files.newInputStream(file)) {
      read = in.readNBytes(start, 0, 8);
    } catch (IOException e) {
      throw new PplException("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
    if (read < 8 || ByteBuffer.wrap(start).getLong() != magic) {
      throw new PplException(
          file
              + " exists and is not a flowsvi "
              + kind
              + "; it was left as it is. Likely fix: choose another name for the "
              + kind
              + ".");
    }
  }

  private String title() {
    return Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
  }

  private static byte[] digest(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
