module cloud-submit/bench/s3-endpoint

go 1.21
