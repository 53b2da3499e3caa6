package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README compiles, runs, and is as short as it claims. */
class ReadmeTest {
  @TempDir Path folder;

  private static String readme() throws Exception {
    return Files.readString(Path.of(System.getProperty("flowsvi.root", ".."), "README.md"));
  }

  private static String example() throws Exception {
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme());
    assertThat(block.find()).as("README has a java block").isTrue();
    return block.group(1);
  }

  @Test
  void exampleIsUnderThirtyLines() throws Exception {
    assertThat(example().lines().filter(l -> !l.isBlank()).count()).isLessThan(30);
  }

  @Test
  void exampleCompilesAndRuns() throws Exception {
    assertThat(Compilation.errors("Example", example(), folder)).isEmpty();
    assertThat(printed("Example")).contains("tau", "theta[8]");
  }

  /** What the main method of a compiled class prints. */
  private String printed(String name) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** The lines about VAEs, with their imports around them, fewer epochs, and a file of ours. */
  @Test
  void linesOfAVaeCompileAndRun() throws Exception {
    Matcher block =
        Pattern.compile("From Java:\\s+```java\n(.*?)```", Pattern.DOTALL).matcher(readme());
    assertThat(block.find()).as("README has lines about VAEs").isTrue();
    Path saved = folder.resolve("vae.zip");
    String lines =
        block
            .group(1)
            .replace("withEpochs(20, 20, 5)", "withEpochs(1, 1, 0)")
            .replace("\"vae.zip\"", '"' + saved.toString().replace("\\", "\\\\") + '"');
    assertThat(lines).contains("withEpochs(1,").contains(saved.getFileName().toString());
    String source =
        """
        import io.flowsvi.models.image.*;
        import io.flowsvi.models.vae.*;
        import io.flowsvi.ppl.tensor.*;
        import java.nio.file.Path;
        import java.util.Optional;
        public class Lines { public static void main(String[] args) { %s } }
        """
            .formatted(lines);
    assertThat(Compilation.errors("Lines", source, folder)).isEmpty();
    assertThat(printed("Lines")).contains("+/-");
    assertThat(saved).exists();
  }

  @Test
  void commandsAreTheOnesThatCiAndUsersRun() throws Exception {
    String ci = Files.readString(Path.of(System.getProperty("flowsvi.root", ".."), ".ci", "run"));
    assertThat(ci).contains("mvn -B -ntp verify");
    assertThat(readme()).contains("mvn -B -ntp verify");
  }
}
