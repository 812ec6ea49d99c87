"""The contract as the tests use it: which operation a request means, and whether an answer is one it promises."""
import json, re, urllib.parse, warnings

import jsonschema

warnings.filterwarnings("ignore", category=DeprecationWarning)
FORMATS = jsonschema.FormatChecker(formats=["date"])


def data_of_type(validator, branches, value, _):
    """One look-up in place of some fifty if/then: all of them ask for another value of `type`."""
    branch = branches.get(value.get("type")) if isinstance(value, dict) else None
    if branch:
        yield from validator.descend(value, branch)


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"x-data-of-type": data_of_type})


def with_look_ups(schemas):
    for name in ("DataOfType", "PublicDataOfType"):
        branches = schemas[name].pop("allOf")
        schemas[name]["x-data-of-type"] = {one["if"]["properties"]["type"]["const"]: one["then"] for one in branches}


class Refused(Exception):
    """What the contract does not allow, in a sentence."""


def parse_value(text, schema):
    """A parameter's text as the JSON value it stands for."""
    kinds = schema.get("type", "string")
    if kinds == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kinds == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def media_type(text):
    return text.split(";")[0].strip().lower()


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = json.load(file)
        jsonschema.Draft202012Validator.check_schema({"$defs": self.document["components"]["schemas"]})
        with_look_ups(self.document["components"]["schemas"])
        self.validators, self.known = {}, set()
        self.operations = [Operation(self, method.upper(), path, operation, item.get("parameters", []))
                           for path, item in self.document["paths"].items() for method, operation in item.items() if method != "parameters"]

    def resolve(self, node):
        while "$ref" in node and node["$ref"].startswith("#/"):
            target = self.document
            for step in node["$ref"][2:].split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def check(self, value, schema, what):
        """Raises Refused unless the value is one of the schema."""
        key = json.dumps(schema, sort_keys=True)
        seen = (key, json.dumps(value, sort_keys=True))
        if seen in self.known:
            return
        if key not in self.validators:
            whole = {"allOf": [schema], "components": self.document["components"]}
            self.validators[key] = Validator(whole, format_checker=FORMATS)
        fault = jsonschema.exceptions.best_match(self.validators[key].iter_errors(value))
        if fault is not None:
            raise Refused(f"{what}{fault.json_path[1:]}: {fault.message[:300]}")
        self.known.add(seen)

    def operation(self, method, target):
        path = target.split("?")[0]
        method = "GET" if method == "HEAD" else method
        return next((one for one in self.operations if one.method == method and one.pattern.fullmatch(path)), None)

    def is_path(self, target):
        return target == "*" or any(one.pattern.fullmatch(target.split("?")[0]) for one in self.operations)

    @property
    def anywhere(self):
        return self.document["components"]["responses"]["Anywhere"]


class Operation:
    def __init__(self, contract, method, path, operation, shared):
        self.contract, self.method, self.path, self.name, self.responses = contract, method, path, operation["operationId"], operation["responses"]
        self.body = contract.resolve(operation["requestBody"]) if "requestBody" in operation else None
        self.parameters = [contract.resolve(one) for one in shared + operation.get("parameters", [])]
        self.named = operation.get("security", contract.document["security"]) != []
        self.untested = operation.get("x-no-test")
        rest = {one["name"] for one in self.parameters if one.get("x-rest")}
        self.pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", lambda name: "(.+)" if name[1] in rest else "([^/]+)", re.escape(path)))

    # --- what was asked

    def check_request(self, exchange):
        """Raises Refused when the contract does not allow to ask this."""
        if self.named and "acta-actor" not in exchange.asked:
            raise Refused("no Acta-Actor")
        self.check_query(exchange)
        for one in self.parameters:
            if one["in"] == "header":
                self.check_parameter(one, [exchange.asked[name] for name in [one["name"].lower()] if name in exchange.asked])
        if self.body:
            self.check_sent(exchange)

    def check_query(self, exchange):
        given = urllib.parse.parse_qsl(urllib.parse.urlsplit(exchange.target).query, keep_blank_values=True)
        known = [one for one in self.parameters if one["in"] == "query"]
        strange = {name for name, _ in given} - {one["name"] for one in known}
        if strange:
            raise Refused(f"query parameters {sorted(strange)} are not in the contract")
        for one in known:
            self.check_parameter(one, [value for name, value in given if name == one["name"]])

    def check_parameter(self, parameter, texts):
        if not texts and parameter.get("required"):
            raise Refused(f"{parameter['name']} is missing")
        if not texts:
            return
        schema = self.contract.resolve(parameter["schema"])
        value = texts if schema.get("type") == "array" else parse_value(texts[0], schema)
        self.contract.check(value, schema, parameter["name"])

    def check_sent(self, exchange):
        kind = media_type(exchange.asked.get("content-type", ""))
        if kind not in self.body["content"]:
            raise Refused(f"a body of {kind or 'no type'} is not in the contract")
        check_content(self.contract, self.body["content"][kind], kind, granted_part(kind, exchange), True)

    # --- what was answered

    def check_answer(self, exchange):
        status = str(exchange.status)
        if status in self.responses:
            try:
                return check_response(self.contract, self.responses[status], exchange)
            except Refused:
                if exchange.status < 400:
                    raise
        check_response(self.contract, self.responses["default"], exchange)


def granted_part(kind, exchange):
    """Of lines that were taken one by one those that were; of anything else all."""
    if kind != "application/x-ndjson":
        return exchange.sent
    taken = [line for line in lines_of(exchange.body, True) if "problem" not in json.loads(line)]
    return b"\n".join(lines_of(exchange.sent, True)[:len(taken)])


def check_response(contract, response, exchange):
    response = contract.resolve(response)
    check_headers(contract, response.get("headers", {}), exchange)
    content = response.get("content", {})
    if not content and exchange.body:
        raise Refused("a body where the contract has none")
    if not content or exchange.method == "HEAD":
        return
    kind = media_type(exchange.headers.get("content-type", ""))
    if kind not in content:
        raise Refused(f"an answer of {kind or 'no type'} with {exchange.status} is not in the contract")
    check_content(contract, content[kind], kind, exchange.body, exchange.whole)


def check_headers(contract, headers, exchange):
    for name, header in headers.items():
        header, text = contract.resolve(header), exchange.headers.get(name.lower())
        if text is None and header.get("required"):
            raise Refused(f"the header {name} is missing")
        if text is not None:
            contract.check(parse_value(text, header["schema"]), header["schema"], name)


def check_content(contract, content, kind, body, whole):
    """`whole` is false where the reader went away before the end: then its last piece proves nothing."""
    items = content.get("x-item-schema")
    if kind == "application/x-ndjson":
        for line in lines_of(body, whole):
            contract.check(parse_json(line), items, "line")
    elif kind == "text/event-stream":
        for frame in frames_of(body):
            contract.check(frame, items, "frame")
    elif not whole or "schema" not in content:
        return
    elif kind.endswith("json"):
        contract.check(parse_json(body), content["schema"], "body")
    else:
        contract.check(body.decode(), content["schema"], "body")


def parse_json(body):
    try:
        return json.loads(body)
    except ValueError as wrong:
        raise Refused(f"no JSON: {wrong}") from None


def lines_of(body, whole):
    lines = body.split(b"\n")
    last = lines.pop()
    return [line for line in lines + ([last] if whole else []) if line.strip()]


def frames_of(body):
    """Fields of each frame that came whole; comments are none."""
    for block in body.decode().split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if "data" in fields:
            fields["data"] = json.loads(fields["data"])
        if fields:
            yield fields
