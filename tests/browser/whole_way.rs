//! The whole way of a complaint.
