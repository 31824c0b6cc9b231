def test_it(client, open_job):
    r = client.get("/")
    print(r.text, r.headers)
    for m, p, b in [("GET","/_ml/anomaly_detectors?pretty",None),("GET","/_ml/anomaly_detectors/_stats",None),("GET","/_ml/info",None),
        ("GET","/_xpack/ml/anomaly_detectors/pump/results/buckets",None),("POST","/nope?x=1",None),("GET","/_ml/info?sise=1",None),("PATCH","/_ml/anomaly_detectors/pump",None), ("POST","/_ml/anomaly_detectors/pump/results",None),("GET","/_ml/anomaly_detectors/pump?format=yaml",None)]:
        r = client.request(m, p)
        print(m, p, r.status_code, r.text, dict(r.headers))
    r = client.request("POST", "/_ml/anomaly_detectors/pump/_data", content=b"{}\n{}\n")
    print(r.status_code, r.text, r.headers)
    assert 0
