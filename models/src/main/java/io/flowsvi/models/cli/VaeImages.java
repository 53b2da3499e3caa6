package io.flowsvi.models.cli;

import io.flowsvi.models.image.ImageSource;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.image.RemoteFile;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say where images are, shared by the commands on VAEs. */
final class VaeImages {
  @Option(names = "--data", paramLabel = "DIR", description = "The folder with the image files.")
  private Path data = Path.of(".");

  @Option(
      names = "--download",
      description = "Fetch missing image files into that folder first, and check their digests.")
  private boolean download;

  @Option(names = "--images", description = "Use at most so many images of each part.")
  private int most = Integer.MAX_VALUE;

  /** Fetches the files of a source, if asked. */
  void fetch(ImageSource source, PrintWriter err) {
    if (download) {
      if (source.files().isEmpty()) {
        throw new PplException(
            "There is nothing to download for these images: they are bundled, or no address is"
                + " known. Likely fix: leave --download out, and put files into the folder"
                + " of --data.");
      }
      for (RemoteFile file : source.files()) {
        VaeCommand.print(err, file.fetch(data));
      }
    }
  }

  /** The images, split as the session's seed has it. */
  ImageSplit split(Session session, VaeCatalog catalog, String name) {
    return catalog.images(name, data, session).first(most);
  }
}
