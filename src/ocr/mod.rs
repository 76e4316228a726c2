//! Reading lines of text: engines behind one narrow trait, and what is done with their CTC posteriors.
