// A vCenter or ESXi of govmomi's simulator, as a program: for the releases whose own program is a module that the Go proxy doesn't have.
// Its flags are a part of vcsim's, with the same meaning. It prints where it listens and runs until it is killed.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/vmware/govmomi/simulator"

	_ "github.com/vmware/govmomi/pbm/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	model, listen, useTLS, err := modelFromFlags()
	if err != nil {
		log.Fatal(err)
	}
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	model.Service.RegisterEndpoints = true
	model.Service.Listen = listen
	if useTLS {
		model.Service.TLS = new(tls.Config)
	}
	server := model.Service.NewServer()
	fmt.Printf("export GOVC_URL=%s GOVC_SIM_PID=%d\n", server.URL, os.Getpid())
	select {}
}

func modelFromFlags() (*simulator.Model, *url.URL, bool, error) {
	model := simulator.VPX()
	for name, field := range map[string]*int{
		"dc": &model.Datacenter, "cluster": &model.Cluster, "host": &model.ClusterHost, "standalone-host": &model.Host,
		"vm": &model.Machine, "pool": &model.Pool, "ds": &model.Datastore, "pg": &model.Portgroup, "pod": &model.Pod,
		"folder": &model.Folder,
	} {
		flag.IntVar(field, name, *field, "how many of them")
	}
	flag.BoolVar(&model.Autostart, "autostart", model.Autostart, "the model's machines run")
	esx := flag.Bool("esx", false, "one ESXi host instead of a vCenter")
	useTLS := flag.Bool("tls", true, "serve HTTPS")
	listen := flag.String("l", "127.0.0.1:8989", "where to listen")
	username := flag.String("username", "", "the one account; any unless given")
	password := flag.String("password", "", "its password")
	delays := flag.String("method-delay", "", "NAME:MS,... for calls and tasks")
	flag.Parse()

	if *esx {
		host := simulator.ESX()
		host.Datastore, host.Machine, host.Autostart = model.Datastore, model.Machine, model.Autostart
		model = host
	}
	delay := map[string]int{}
	for _, pair := range strings.FieldsFunc(*delays, func(r rune) bool { return r == ',' }) {
		name, text, _ := strings.Cut(pair, ":")
		ms, err := strconv.Atoi(text)
		if err != nil {
			return nil, nil, false, fmt.Errorf("-method-delay %s: %w", pair, err)
		}
		delay[name] = ms
	}
	model.DelayConfig.MethodDelay = delay
	simulator.TaskDelay.MethodDelay = delay
	address := &url.URL{Host: *listen}
	if *username != "" {
		address.User = url.UserPassword(*username, *password)
	}
	return model, address, *useTLS, nil
}
