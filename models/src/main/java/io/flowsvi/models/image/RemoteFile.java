package io.flowsvi.models.image;

import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * A file that can be downloaded, and the digest it must have.
 *
 * <p>Bytes go into {@code NAME.part}, which takes the name when its digest is right; what an
 * interrupted download left there is gone on from. A file of another digest is removed.
 *
 * @param address where it is
 * @param sha256 its SHA-256 digest in hexadecimal digits
 */
public record RemoteFile(URI address, String sha256) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int REST = 206;
  private static final int NOTHING_LEFT = 416;

  /** The last part of the address. */
  public String name() {
    String path = address.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Fetches it into a folder, unless it is there already, and says what was done. Throws {@link
   * PplException} if it cannot be fetched, or its digest is wrong.
   */
  public String fetch(Path folder) {
    Path file = folder.resolve(name());
    if (Files.exists(file)) {
      return file + " is there already.";
    }
    Path part = folder.resolve(name() + ".part");
    try {
      Files.createDirectories(folder);
      receive(part);
      String found = digest(part);
      if (!found.equals(sha256)) {
        Files.delete(part);
        throw new PplException(
            address
                + " has the SHA-256 digest "
                + found
                + ", expected "
                + sha256
                + ". The file was removed. Likely fix: try again; if it stays so, the file at that"
                + " address was changed, and should not be trusted.");
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      return "Fetched " + address + " to " + file + ", digest as expected.";
    } catch (IOException e) {
      throw new PplException(
          address
              + " cannot be fetched to "
              + file
              + ": "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
              + ". Likely fix: try again (it goes on where it stopped), or put the file there"
              + " yourself.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PplException("The download of " + address + " was interrupted.", e);
    }
  }

  private void receive(Path part) throws IOException, InterruptedException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(PATIENCE);
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpResponse<InputStream> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      int code = response.statusCode();
      if (code == NOTHING_LEFT && have > 0) {
        return;
      }
      if (code != OK && code != REST) {
        throw new IOException("the server answers " + code);
      }
      StandardOpenOption how =
          code == REST ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
      try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE, how)) {
        in.transferTo(out);
      }
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
