-- Functions whose signature changed go; their new text follows.
DROP FUNCTION IF EXISTS sweep(int);
