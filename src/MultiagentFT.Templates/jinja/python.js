// Makes @huggingface/jinja do what Jinja does where it does as JavaScript would: strip(characters), equality, printed values,
// the scope of a loop's body, attributes of what is undefined. Called with the library and with strftime_now.
(function (jinja, strftime) {
    "use strict";

    const set = jinja.Environment.prototype.set;
    jinja.Environment.prototype.set = function (name, value) {
        return set.call(this, name, name === "strftime_now" ? strftime : value);
    };

    const classOf = value => new jinja.Environment().set("value", value).constructor;
    const Text = classOf("");
    const Integer = classOf(1);
    const Float = classOf(1.5);
    const Bool = classOf(true);
    const List = classOf([]);
    const Dictionary = classOf({});
    const Callable = classOf(() => "");
    const None = classOf(null);
    const Undefined = classOf(undefined);

    const isNumber = value => value instanceof Integer || value instanceof Float || value instanceof Bool;

    // str.isspace
    const isBlank = code => (code >= 9 && code <= 13) || (code >= 0x1c && code <= 0x20) || code === 0x85 || code === 0xa0
        || code === 0x1680 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029 || code === 0x202f
        || code === 0x205f || code === 0x3000;

    function strip(text, characters, left, right) {
        const letters = characters === undefined ? text : Array.from(text);
        const goes = characters === undefined ? at => isBlank(text.charCodeAt(at)) : at => characters.has(letters[at]);
        let start = 0, end = letters.length;
        while (left && start < end && goes(start)) start++;
        while (right && end > start && goes(end - 1)) end--;
        return characters === undefined ? text.slice(start, end) : letters.slice(start, end).join("");
    }

    // The set to strip, or undefined for blanks.
    function charactersOf(args, keywords) {
        const given = args[0] ?? (keywords && keywords.get("chars"));
        if (given === undefined || given instanceof None) return undefined;
        if (!(given instanceof Text)) throw new Error("characters to strip: expected a string");
        return new Set(Array.from(given.value));
    }

    const capitalize = text => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();

    const builtins = Object.getOwnPropertyDescriptor(Text.prototype, "builtins").get;
    Object.defineProperty(Text.prototype, "builtins", {
        get() {
            if (this._builtins) return this._builtins;
            const map = builtins.call(this);
            const add = (name, of) => map.set(name, new Callable(args => new Text(of(args))));
            add("strip", args => strip(this.value, charactersOf(args), true, true));
            add("lstrip", args => strip(this.value, charactersOf(args), true, false));
            add("rstrip", args => strip(this.value, charactersOf(args), false, true));
            add("capitalize", () => capitalize(this.value));
            add("title", () => this.value.replace(/\p{L}+/gu, capitalize));
            map.set("length", new Integer(Array.from(this.value).length));
            return map;
        },
    });

    Object.defineProperty(Undefined.prototype, "builtins", {
        get() {
            throw new Error("an undefined value has no attributes");
        },
    });

    Bool.prototype.toString = function () {
        return this.value ? "True" : "False";
    };

    function printed(value) {
        if (value instanceof Undefined) return "";
        if (value instanceof None) return "None";
        if (value instanceof Text || isNumber(value)) return value.toString();
        throw new Error(`Cannot join ${value.type} to a string`);
    }

    function equal(left, right) {
        if (isNumber(left) && isNumber(right)) return Number(left.value) === Number(right.value);
        if (left instanceof List && right instanceof List)
            return left.value.length === right.value.length && left.value.every((item, index) => equal(item, right.value[index]));
        if (left instanceof Dictionary && right instanceof Dictionary)
            return left.value.size === right.value.size
                && Array.from(left.value).every(([key, item]) => right.value.has(key) && equal(item, right.value.get(key)));
        return left.type === right.type && left.value === right.value;
    }

    const interpreter = jinja.Interpreter.prototype;

    const evaluateBinaryExpression = interpreter.evaluateBinaryExpression;
    interpreter.evaluateBinaryExpression = function (node, environment) {
        const operator = node.operator.value;
        if (operator !== "==" && operator !== "!=" && operator !== "~" && operator !== "+")
            return evaluateBinaryExpression.call(this, node, environment);
        const left = this.evaluate(node.left, environment);
        const right = this.evaluate(node.right, environment);
        if (operator === "==") return new Bool(equal(left, right));
        if (operator === "!=") return new Bool(!equal(left, right));
        if (operator === "~") return new Text(printed(left) + printed(right));
        if (left instanceof Text && right instanceof Text) return new Text(left.value + right.value);
        if (left instanceof List && right instanceof List) return new List(left.value.concat(right.value));
        if (!isNumber(left) || !isNumber(right)) throw new Error(`Cannot add ${right.type} to ${left.type}`);
        const sum = Number(left.value) + Number(right.value);
        return left instanceof Float || right instanceof Float ? new Float(sum) : new Integer(sum);
    };

    const applyFilter = interpreter.applyFilter;
    interpreter.applyFilter = function (operand, filter, environment) {
        const isCall = filter.type !== "Identifier";
        const name = isCall ? filter.callee.value : filter.value;
        if (operand instanceof Text && name === "trim") {
            const [args, keywords] = isCall ? this.evaluateArguments(filter.args, environment) : [[], undefined];
            return new Text(strip(operand.value, charactersOf(args, keywords), true, true));
        }
        if (operand instanceof Text && name === "title" && !isCall)
            return new Text(operand.value.split(/([-\s({[<]+)/).map(capitalize).join(""));
        if (operand instanceof Bool && name === "string") return new Text(operand.toString());
        return applyFilter.call(this, operand, filter, environment);
    };

    // What is set in a loop's body is gone in the next turn of the loop.
    const bodies = new WeakSet();
    const evaluateFor = interpreter.evaluateFor;
    interpreter.evaluateFor = function (node, environment) {
        bodies.add(node.body);
        return evaluateFor.call(this, node, environment);
    };
    const evaluateBlock = interpreter.evaluateBlock;
    interpreter.evaluateBlock = function (statements, environment) {
        return evaluateBlock.call(this, statements, bodies.has(statements) ? new jinja.Environment(environment) : environment);
    };

    // turns: role, content, role, content, ...
    return (source, begin, end) => {
        const template = new jinja.Template(source);
        return (addGenerationPrompt, ...turns) => {
            const messages = [];
            for (let i = 0; i < turns.length; i += 2) messages.push({ role: turns[i], content: turns[i + 1] });
            const items = { messages, add_generation_prompt: addGenerationPrompt };
            if (begin !== null) items.bos_token = begin;
            if (end !== null) items.eos_token = end;
            return template.render(items);
        };
    };
})
