//! From a folder to submissions: finds, lists and hashes files, reads the registration. Opens no picture.
