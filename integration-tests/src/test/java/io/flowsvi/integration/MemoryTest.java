package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flowsvi.ppl.tensor.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fits in JVMs of their own: memory stays flat, and the collector changes no bit. */
class MemoryTest {
  private static final List<String> SMALL =
      List.of("-Xms64m", "-Xmx64m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC");

  private static String bits(List<String> lines) {
    return lines.get(lines.size() - 1);
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void smallHeapWithForcedCollectionsGivesTheSameBits(Backend backend) throws Exception {
    List<String> plain = FitProcess.spawn(List.of("-Xmx1g"), backend.name(), "planar", "200", "0");
    List<String> forced = FitProcess.spawn(SMALL, backend.name(), "planar", "200", "5");
    assertThat(bits(forced)).startsWith("bits ").isEqualTo(bits(plain));
  }

  /**
   * With a heap of fixed size, after the first fifth of the steps resident memory grows by less
   * than 2 %: 100,000 steps of libtorch, five million compiled ones, of which a quick machine makes
   * the first million in a second, while the JVM itself still warms up. Heap pages are touched in
   * advance, so that their first use does not count as growth.
   */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Backend.class)
  void residentMemoryStaysFlat(Backend backend) throws Exception {
    assumeResidentMemoryIsKnown();
    List<String> jvm = fixed("64m");
    String steps = backend == Backend.JAVA ? "5000000" : "100000";
    List<String> lines = FitProcess.spawn(jvm, backend.name(), "mean-field", steps, "0");
    List<Long> resident = resident(lines);
    assertThat(resident).hasSize(10);
    double start = resident.get(1);
    double most = resident.subList(2, 10).stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(most / start)
        .as("resident kilobytes at each tenth of the steps: %s", resident)
        .isLessThan(1.02);
  }

  /**
   * As above, for a VAE with a flow on the digits, over 60 epochs with validation after each: after
   * the first 30, in which HotSpot compiles (its second compiler takes 10 MB for a while about the
   * 26th) and libtorch's allocator fills its caches, resident memory grows by less than 1 %.
   */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Backend.class)
  void residentMemoryOfAVaeStaysFlatOverSixtyEpochs(Backend backend) throws Exception {
    assumeResidentMemoryIsKnown();
    List<String> lines =
        FitProcess.spawn(
            VaeProcess.class, fixed("256m"), backend.name(), "sylvester-o", String.valueOf(60));
    List<Long> resident = resident(lines);
    // One before the first step, one after each epoch.
    assertThat(resident).hasSize(61);
    double start = resident.get(30);
    double most = resident.subList(31, 61).stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(most / start).as("resident kilobytes by epoch: %s", resident).isLessThan(1.01);
  }

  private static void assumeResidentMemoryIsKnown() {
    assumeTrue(
        Files.exists(Path.of("/proc/self/status")), "SKIPPED: resident memory is read from /proc");
  }

  /** A heap of fixed size, all of it touched. */
  private static List<String> fixed(String heap) {
    return List.of(
        "-Xms" + heap,
        "-Xmx" + heap,
        "-XX:+AlwaysPreTouch",
        "-XX:MaxDirectMemorySize=" + heap,
        "-XX:+UseSerialGC",
        "-Dai.djl.offline=true");
  }

  private static List<Long> resident(List<String> lines) {
    return lines.stream()
        .filter(l -> l.startsWith("resident"))
        .map(l -> Long.parseLong(l.split(" ")[1]))
        .toList();
  }
}
