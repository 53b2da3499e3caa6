package io.flowsvi.ppl.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;

/**
 * Binds the {@link SessionSettings} given, and one {@link Session} opened with them.
 *
 * <p>The session is the only closable thing that is bound; whoever makes the injector closes it.
 */
public final class PplModule extends AbstractModule {
  private final SessionSettings settings;

  /** A module for sessions with these settings. */
  public PplModule(SessionSettings settings) {
    this.settings = settings;
  }

  @Override
  protected void configure() {
    bind(SessionSettings.class).toInstance(settings);
  }

  @Provides
  @Singleton
  Session session(SessionSettings bound) {
    return Session.open(bound);
  }
}
