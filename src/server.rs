//! The agent on the network: loopback and the Unix socket.
