package io.flowsvi.ppl.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.util.Modules;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import org.junit.jupiter.api.Test;

class PplModuleTest {
  @Test
  void bindsOneSessionWithTheSettingsGiven() {
    Injector injector = Guice.createInjector(new PplModule(SessionSettings.of(7)));
    try (Session session = injector.getInstance(Session.class)) {
      assertThat(session.settings().seed()).isEqualTo(7);
      assertThat(injector.getInstance(Session.class)).isSameAs(session);
    }
  }

  @Test
  void settingsCanBeOverridden() {
    SessionSettings torch = SessionSettings.of(8).withBackend(Backend.TORCH);
    Injector injector =
        Guice.createInjector(
            Modules.override(new PplModule(SessionSettings.of(7)))
                .with(
                    new AbstractModule() {
                      @Override
                      protected void configure() {
                        bind(SessionSettings.class).toInstance(torch);
                      }
                    }));
    try (Session session = injector.getInstance(Session.class)) {
      assertThat(session.settings()).isEqualTo(torch);
    }
  }
}
