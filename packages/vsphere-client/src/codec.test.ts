import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { faultOf, VsphereError } from "./error";
import { dataTypes, methods } from "./gen/schema";
import { jsonFault, jsonRequest, jsonResponse, jsonValue, readJson } from "./json-codec";
import { fieldsOf, isA, type Method, methodShape, moRef, type Vim } from "./schema";
import { soapResponse, soapValue } from "./soap-decode";
import { soapElement, soapRequest } from "./soap-encode";
import { anyValueOf } from "./testing/arbitrary";
import { parseXml } from "./xml-parse";

const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const vm = moRef("VirtualMachine", "vm-1");
const listed = Object.keys(dataTypes);
const problemOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof VsphereError ? error.problem : error;
  }
};

test("the generated code is what the table says", () => {
  execFileSync(process.execPath, [join(import.meta.dirname, "../generate.mjs"), "--check"], { stdio: "pipe" });
});

describe("requests", () => {
  test("Login is the envelope that the API documents", () => {
    expect(soapRequest("Login", moRef("SessionManager", "SessionManager"), { userName: "u", password: 'a<&"b' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ' +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><Login xmlns="urn:vim25">' +
        '<_this type="SessionManager">SessionManager</_this><userName>u</userName><password>a&lt;&amp;&quot;b</password>' +
        "</Login></soapenv:Body></soapenv:Envelope>",
    );
  });

  test("elements stand in wire order whatever order they are given in, the base's first, and derived types say which they are", () => {
    const spec: Vim<"VirtualMachineConfigSpec"> = {
      _typeName: "VirtualMachineConfigSpec",
      extraConfig: [{ _typeName: "OptionValue", value: { _typeName: "string", _value: "v" }, key: "k" }],
      deviceChange: [
        {
          _typeName: "VirtualDeviceConfigSpec",
          device: {
            _typeName: "VirtualDisk",
            capacityInKB: 1024,
            unitNumber: 0,
            controllerKey: 1000,
            backing: { _typeName: "VirtualDiskFlatVer2BackingInfo", thinProvisioned: true, diskMode: "persistent", fileName: "" },
            key: -1,
          },
          fileOperation: "create",
          operation: "add",
        },
      ],
      memoryMB: 2048,
      numCPUs: 2,
      name: "n",
    };
    expect(soapElement("spec", "VirtualMachineConfigSpec", spec)).toBe(
      "<spec><name>n</name><numCPUs>2</numCPUs><memoryMB>2048</memoryMB><deviceChange><operation>add</operation>" +
        '<fileOperation>create</fileOperation><device xsi:type="VirtualDisk"><key>-1</key><backing xsi:type="VirtualDiskFlatVer2BackingInfo">' +
        "<fileName/><diskMode>persistent</diskMode><thinProvisioned>true</thinProvisioned></backing><controllerKey>1000</controllerKey>" +
        "<unitNumber>0</unitNumber><capacityInKB>1024</capacityInKB></device></deviceChange>" +
        '<extraConfig xsi:type="OptionValue"><key>k</key><value xsi:type="xsd:string">v</value></extraConfig></spec>',
    );
  });

  test("every derived type begins with its base's fields", () => {
    for (const type of listed) {
      const base = (dataTypes[type] ?? "").split("|")[0] ?? "";
      if (base !== "") expect(fieldsOf(type).slice(0, fieldsOf(base).length), type).toEqual(fieldsOf(base));
    }
    expect(fieldsOf("VirtualMachineCloneSpec").map(({ name }) => name)).toEqual([
      "location",
      "template",
      "config",
      "customization",
      "powerOn",
      "snapshot",
      "memory",
      "tpmProvisionPolicy",
    ]);
  });

  test("what the type has no field for is refused in both encodings, not dropped", () => {
    const wrong = {
      _typeName: "VirtualMachineCloneSpec",
      location: { _typeName: "VirtualMachineRelocateSpec" },
      powerOn: false,
      powreOn: true,
    };
    expect(() => soapElement("spec", "VirtualMachineCloneSpec", wrong)).toThrow("no field powreOn");
    expect(() => jsonValue("VirtualMachineCloneSpec", wrong)).toThrow("no field powreOn");
    expect(() => soapRequest("Destroy_Task", vm, { force: true })).toThrow("no field force");
    expect(() => jsonRequest("Destroy_Task", { force: true })).toThrow("no field force");
  });

  test.each([
    ["a number that no int can be", "int", 2 ** 31],
    ["a fraction", "long", 1.5],
    ["NaN", "int", Number.NaN],
    ["a number beyond what is exact", "long", 2 ** 53],
    ["text for a number", "int", "1"],
    ["null", "string", null],
    ["an array for one value", "Description", []],
    ["a value of another type", "VirtualDevice", { _typeName: "Description", label: "", summary: "" }],
    ["a type that is not listed", "anyType", { _typeName: "Nonsense" }],
    ["no type", "Description", { label: "", summary: "" }],
    ["an unnamed reference", "ManagedObjectReference", { _typeName: "ManagedObjectReference", type: "Task" }],
  ])("%s is refused in both encodings", (_, type, value) => {
    expect(problemOf(() => soapElement("x", type, value))).toBe("INVALID");
    expect(problemOf(() => jsonValue(type, value))).toBe("INVALID");
  });

  test("characters that XML can't carry are refused, and values that contain themselves", () => {
    expect(problemOf(() => soapElement("x", "string", "a\u0000b"))).toBe("INVALID");
    expect(problemOf(() => soapElement("x", "string", "\ud800"))).toBe("INVALID");
    const circular: Record<string, unknown> = { _typeName: "VirtualMachineSnapshotTree" };
    circular.childSnapshotList = [circular];
    expect(problemOf(() => soapElement("x", "VirtualMachineSnapshotTree", circular))).toBe("INVALID");
    expect(problemOf(() => jsonValue("VirtualMachineSnapshotTree", circular))).toBe("INVALID");
  });
});

describe("round trips", () => {
  const types = [
    "VirtualMachineConfigSpec",
    "VirtualMachineCloneSpec",
    "VirtualDevice",
    "TaskInfo",
    "PropertyFilterSpec",
    "MethodFault",
    "GuestInfo",
    "UpdateSet",
  ];
  test.each(types)("any %s is the same after SOAP and after VI JSON", (type) => {
    fc.assert(
      fc.property(anyValueOf(type), (value) => {
        const xml = `<a ${xsi} xmlns:xsd="http://www.w3.org/2001/XMLSchema">${soapElement("x", type, value)}</a>`;
        const [element] = parseXml(xml).children;
        expect(element && soapValue(element, type)).toEqual(value);
        expect(readJson(JSON.parse(JSON.stringify(jsonValue(type, value))), type)).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });

  test("every listed type goes both ways", () => {
    for (const type of listed) {
      const [value] = fc.sample(anyValueOf(type, 2), { numRuns: 1, seed: 7 });
      const [element] = parseXml(`<a ${xsi}>${soapElement("x", type, value)}</a>`).children;
      expect(element && soapValue(element, type), type).toEqual(value);
    }
  });
});

describe("answers", () => {
  const envelope = (body: string) =>
    `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;

  test("xsi:type is known by its namespace, whatever its prefix, beside a plain type", () => {
    const text = envelope(
      '<RetrievePropertiesExResponse xmlns="urn:vim25"><returnval><objects><obj type="VirtualMachine">vm-1</obj><propSet><name>parent</name>' +
        '<val xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:type="ManagedObjectReference" type="Folder">group-v3</val></propSet><propSet>' +
        '<name>devices</name><val xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:type="ArrayOfVirtualDevice">' +
        '<VirtualDevice q:type="VirtualDisk"><key>2000</key><capacityInKB>5</capacityInKB></VirtualDevice></val></propSet>' +
        "</objects></returnval></RetrievePropertiesExResponse>",
    );
    expect(soapResponse("RetrievePropertiesEx", text)).toEqual({
      _typeName: "RetrieveResult",
      objects: [
        {
          _typeName: "ObjectContent",
          obj: vm,
          propSet: [
            { _typeName: "DynamicProperty", name: "parent", val: moRef("Folder", "group-v3") },
            {
              _typeName: "DynamicProperty",
              name: "devices",
              val: { _typeName: "ArrayOfVirtualDevice", _value: [{ _typeName: "VirtualDisk", key: 2000, capacityInKB: 5 }] },
            },
          ],
        },
      ],
    });
  });

  test("an array is an array with none, one and two elements", () => {
    const answer = (content: string) =>
      soapResponse("FindAllByUuid", envelope(`<FindAllByUuidResponse xmlns="urn:vim25">${content}</FindAllByUuidResponse>`));
    const one = '<returnval type="VirtualMachine">vm-1</returnval>';
    expect(answer("")).toEqual([]);
    expect(answer(one)).toEqual([vm]);
    expect(answer(one + one)).toEqual([vm, vm]);
    expect(jsonResponse("FindAllByUuid", "[]")).toEqual([]);
    expect(jsonResponse("FindAllByUuid", JSON.stringify([vm]))).toEqual([vm]);
  });

  test("a fault is an error with the fault's type and fields, in both encodings", () => {
    const error = problem(() =>
      soapResponse(
        "PowerOnVM_Task",
        envelope(
          `<s:Fault><faultcode>x</faultcode><faultstring>it is on</faultstring><detail><InvalidPowerStateFault ${xsi} xsi:type="InvalidPowerState">` +
            "<requestedState>poweredOn</requestedState><existingState>poweredOn</existingState></InvalidPowerStateFault></detail></s:Fault>",
        ),
      ),
    );
    expect(faultOf(error, "InvalidPowerState")?.existingState).toBe("poweredOn");
    expect(faultOf(error, "VimFault")).toBeDefined();
    expect(faultOf(error, "RuntimeFault")).toBeUndefined();
    const json = jsonFault(JSON.stringify({ _typeName: "InvalidPowerState", requestedState: "poweredOn", existingState: "poweredOn" }));
    expect(faultOf(json, "InvalidPowerState")).toEqual(faultOf(error, "InvalidPowerState"));
  });

  test("a type that is newer than the tables is read as far as its declared base goes", () => {
    const [element] = parseXml(`<a ${xsi}><x xsi:type="VirtualQuantumDisk"><key>7</key><qubits>3</qubits></x></a>`).children;
    expect(element && soapValue(element, "VirtualDevice")).toEqual({ _typeName: "VirtualQuantumDisk", key: 7 });
    expect(readJson({ _typeName: "VirtualQuantumDisk", key: 7, qubits: 3 }, "VirtualDevice")).toEqual({
      _typeName: "VirtualQuantumDisk",
      key: 7,
    });
  });

  test.each([
    ["another method's answer", envelope('<LogoutResponse xmlns="urn:vim25"/>')],
    ["no body", "<s:Envelope xmlns:s='x'/>"],
    ["HTML", "<html><body>busy</body></html>"],
    ["a number that is none", envelope('<CurrentTimeResponse xmlns="urn:vim25"><returnval>').slice(0, -10)],
    ["nothing", ""],
  ])("%s is an error of the protocol", (_, text) => {
    expect(problemOf(() => soapResponse("CurrentTime", text))).toBe("PROTOCOL");
  });

  test("JSON that is none, and JSON of another shape, is an error of the protocol", () => {
    for (const text of ["{", "3", "[]", '"x"'])
      expect(
        problemOf(() => jsonResponse("RetrieveServiceContent", text)),
        text,
      ).toBe("PROTOCOL");
    expect(jsonFault("<html>")).toBeUndefined();
  });
});

test("every method of the table has known types", () => {
  for (const method of Object.keys(methods) as Method[]) {
    const { params, answer } = methodShape(method);
    for (const field of answer ? [...params, answer] : params) {
      expect(field.type, `${method}.${field.name}`).toSatisfy(
        (type: string) =>
          type === "ManagedObjectReference" ||
          /^[a-z]/.test(type) ||
          (isA(type, type) && (type in dataTypes || /State|Priority/.test(type) || type === "VirtualMachineConfigOption")),
      );
    }
  }
});

function problem(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
