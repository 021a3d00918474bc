"""The worker of the web server: what is slow waits apart from the threads that answer."""
