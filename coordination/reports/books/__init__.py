"""Record books 记录本 and ledgers 台账: generated from work already recorded, never filled in."""
