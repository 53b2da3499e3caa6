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
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader
          .loadClass("Example")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("tau", "theta[8]");
  }

  @Test
  void commandsAreTheOnesThatCiAndUsersRun() throws Exception {
    String ci = Files.readString(Path.of(System.getProperty("flowsvi.root", ".."), ".ci", "run"));
    assertThat(ci).contains("mvn -B -ntp verify");
    assertThat(readme()).contains("mvn -B -ntp verify");
  }
}
