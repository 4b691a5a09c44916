"""When things are made: what is out of date, the jobs, and the sensor that watches the books."""
