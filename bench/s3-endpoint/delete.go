package main

import (
	"encoding/xml"
	"net/http"
)

// deleteObjects removes the objects that a request names. That one is not there is no error, as in S3.
func (e *endpoint) deleteObjects(w *answer, r *http.Request, bucket string) {
	body, _, err := e.readBody(r)
	if err != nil {
		failBody(w, err)
		return
	}
	var asked struct {
		Quiet  bool
		Object []struct{ Key string }
	}
	if err := xml.Unmarshal(body, &asked); err != nil {
		w.fail(http.StatusBadRequest, "MalformedXML", err.Error())
		return
	}
	type deleted struct{ Key string }
	result := struct {
		XMLName xml.Name `xml:"DeleteResult"`
		Deleted []deleted
	}{}
	for _, each := range asked.Object {
		e.store.remove(bucket + "/" + each.Key)
		if !asked.Quiet {
			result.Deleted = append(result.Deleted, deleted{each.Key})
		}
	}
	w.xml(http.StatusOK, result)
}
