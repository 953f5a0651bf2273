module cloud-submit/bench/bare

go 1.21
