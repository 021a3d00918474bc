"""Evidence: every act and every refusal writes one event, and how it is read and proven."""
