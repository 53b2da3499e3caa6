package io.flowsvi.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server in this process. */
class RemoteFileTest {
  @TempDir Path folder;
  private final byte[] content = new byte[100_000];
  private final List<String> ranges = new ArrayList<>();
  private HttpServer server;
  private int breakAfter = Integer.MAX_VALUE;
  private boolean resumes = true;

  @BeforeEach
  void serve() throws IOException {
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * i >> 4);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/images.gz", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** All of it, or from where the range starts; hangs up early if told to. */
  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(String.valueOf(range));
    int from =
        range == null || !resumes ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    if (from >= content.length) {
      exchange.sendResponseHeaders(416, -1);
    } else {
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
      exchange.getResponseBody().write(content, from, Math.min(content.length - from, breakAfter));
    }
    exchange.close();
  }

  private RemoteFile file(String path, String digest) {
    String host = server.getAddress().getHostString() + ":" + server.getAddress().getPort();
    return new RemoteFile(URI.create("http://" + host + path), digest);
  }

  private RemoteFile file() throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    return file("/images.gz", HexFormat.of().formatHex(sha.digest(content)));
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void fetchesAFileOnceIntoAFolderItMakes() throws Exception {
    Path target = folder.resolve("new");
    assertThat(file().fetch(target)).startsWith("Fetched http").contains("digest as expected");
    assertThat(Files.readAllBytes(target.resolve("images.gz"))).isEqualTo(content);
    assertThat(file().fetch(target)).endsWith("images.gz is there already.");
    assertThat(ranges).containsExactly("null");
  }

  @Test
  void goesOnWhereABrokenDownloadStopped() throws Exception {
    breakAfter = 30_000;
    assertThatThrownBy(() -> file().fetch(folder))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("cannot be fetched to")
        .hasMessageContaining("it goes on where it stopped");
    assertThat(names()).containsExactly("images.gz.part");
    breakAfter = Integer.MAX_VALUE;
    file().fetch(folder);
    assertThat(names()).containsExactly("images.gz");
    assertThat(Files.readAllBytes(folder.resolve("images.gz"))).isEqualTo(content);
    assertThat(ranges.get(1)).isNotEqualTo("null");
  }

  /** A server that knows no ranges sends everything again. */
  @Test
  void startsAgainWhereTheServerCannotGoOn() throws Exception {
    resumes = false;
    Files.write(folder.resolve("images.gz.part"), new byte[50]);
    file().fetch(folder);
    assertThat(Files.readAllBytes(folder.resolve("images.gz"))).isEqualTo(content);
  }

  @Test
  void takesACompletePartAsItIs() throws Exception {
    Files.write(folder.resolve("images.gz.part"), content);
    file().fetch(folder);
    assertThat(names()).containsExactly("images.gz");
  }

  @Test
  void removesAFileOfAnotherDigest() throws Exception {
    String wrong = "0".repeat(64);
    assertThatThrownBy(() -> file("/images.gz", wrong).fetch(folder))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("has the SHA-256 digest " + file().sha256() + ", expected " + wrong)
        .hasMessageContaining("The file was removed");
    assertThat(names()).isEmpty();
    Files.write(folder.resolve("images.gz.part"), Arrays.copyOf(new byte[] {1, 2, 3}, 50));
    assertThatThrownBy(() -> file().fetch(folder)).hasMessageContaining("The file was removed");
    assertThat(names()).isEmpty();
  }

  @Test
  void saysWhatTheServerAnswers() {
    assertThatThrownBy(() -> file("/other.gz", "0".repeat(64)).fetch(folder))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("/other.gz cannot be fetched to")
        .hasMessageContaining("the server answers 404");
  }
}
