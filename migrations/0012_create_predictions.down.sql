-- Forgets every stored prediction and payload.
DROP TABLE payload_samples;
DROP TABLE predictions;
DROP FUNCTION keep_days;
