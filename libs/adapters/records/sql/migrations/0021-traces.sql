-- W3C traceparent of the span that submitted the job; null where that was not traced.
ALTER TABLE job ADD COLUMN trace text;
