//! pocketbook
