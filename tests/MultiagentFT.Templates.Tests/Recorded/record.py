"""Writes recorded.json: what Jinja itself, set up as Transformers sets it up, makes of templates in the manner of public models.

python3 record.py   (needs jinja2; recorded with 3.1.6)
"""
import datetime
import json
import pathlib

import jinja2
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

DAY = datetime.datetime(2024, 7, 26)


def refuse(message):
    raise jinja2.exceptions.TemplateError(message)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
environment.globals["raise_exception"] = refuse
environment.globals["strftime_now"] = lambda form: DAY.strftime(form)
environment.filters["tojson"] = lambda value, **options: json.dumps(value, ensure_ascii=False, **options)

TURNS = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
OPENING = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

# Own short forms: what each family does with system turns, blanks, beginnings and thoughts.
MODELS = {
    "chatml": (None, None, TURNS + OPENING),
    "qwen2.5": (None, "<|im_end|>", """{%- if messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""),
    "smollm2": (None, None, "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
                "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM<|im_end|>\n' }}{% endif %}"
                "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
                "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"),
    "llama-3": ("<|begin_of_text|>", "<|eot_id|>", "{% set loop_messages = messages %}{% for message in loop_messages %}"
                "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}"
                "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
                "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"),
    "llama-3.2": ("<|begin_of_text|>", "<|eot_id|>", """{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{#- The system turn is always there. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""),
    "r1-distill": ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}"
                   "{% set ns = namespace(is_first=false, system_prompt='') %}"
                   "{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system_prompt = message['content'] %}{%- endif %}{%- endfor %}"
                   "{{bos_token}}{{ns.system_prompt}}"
                   "{%- for message in messages %}"
                   "{%- if message['role'] == 'user' %}{{'<｜User｜>' + message['content']}}{%- endif %}"
                   "{%- if message['role'] == 'assistant' and message['content'] is not none %}"
                   "{% set content = message['content'] %}"
                   "{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}"
                   "{{'<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>'}}{%- endif %}"
                   "{%- endfor -%}"
                   "{% if add_generation_prompt %}{{'<｜Assistant｜><think>\\n'}}{% endif %}"),
    "qwen3": (None, "<|im_end|>", """{%- if messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set content = message.content %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""),
    "llama-2": ("<s>", "</s>", "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}"
                "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
                "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
                "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
                "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
                "{% else %}{% set content = message['content'] %}{% endif %}"
                "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
                "{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"),
    "mistral": ("<s>", "</s>", "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
                "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
                "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
                "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% else %}"
                "{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"),
    "zephyr": ("<s>", "</s>", "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n"
               "{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n"
               "{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n"
               "{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"),
    "phi-3": ("<s>", "<|endoftext|>", "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}"
              "{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}"
              "{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}"
              "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"),
    "phi-4-mini": (None, None, "{% for message in messages %}{% if message['role'] == 'system' and 'tools' in message and message['tools'] is not none %}"
                   "{{ '<|' + message['role'] + '|>' + message['content'] + '<|tool|>' + message['tools'] + '<|/tool|>' + '<|end|>' }}"
                   "{% else %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}"
                   "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% else %}{{ eos_token }}{% endif %}"),
    "gemma": ("<bos>", "<eos>", "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
              "{% for message in messages %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}"
              "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
              "{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"),
    "generation-tag": (None, None, "{% for message in messages %}<{{ message.role }}>{% if message.role == 'assistant' %}{{ message.content }}{% else %}{{ message.content|upper }}{% endif %}</>{% endfor %}"),
}

# The language itself, where another language would do otherwise.
LANGUAGE = {
    "strip characters": "{{ 'xxaxbxx'.strip('x') }}|{{ '\\n\\n a \\n'.strip('\\n') }}|{{ 'abc'.lstrip('ba') }}|{{ 'abc'.rstrip('cb') }}|{{ '--a--' | trim('-') }}|{{ '😀a😁'.strip('😀') }}",
    "strip blanks": "[{{ '\\t\\n a\\u00a0\\u2003\\x85\\x1f'.strip() }}]{{ '\\ufeffa\\ufeff' | trim | length }}",
    "equality": "{{ 1 == '1' }} {{ '' == false }} {{ none == undefined_thing }} {{ [1, 'a'] == [1, 'a'] }} {{ {'a': 1} == {'a': 1} }} {{ true == 1 }} {{ 'a' != 'b' }} {{ 1 == 1.0 }}",
    "printed values": "{{ true }} {{ false }} {{ 1.0 }} {{ 3 }} {{ undefined_thing }} {{ 1 ~ true ~ none }} {{ 5 / 2 }} {{ 4 / 2 }} {{ 7 // 2 }}",
    "scope of a loop": "{% for i in [1, 2, 3] %}{{ x is defined }}{% set x = i %}{{ x }} {% endfor %}{{ x is defined }}",
    "scope of an if": "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}{% for i in [1] %}{% set x = 3 %}{% endfor %}{{ x }}",
    "namespace": "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
    "slices": "{{ 'abcdef'[1:3] }} {{ 'abc'[-1] }} {{ [1,2,3][::-1] | join(',') }} {{ messages[-1].role }} {{ '😀b'[1:] }}",
    "loops": "{% for m in messages %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}{% for m in messages if m.role == 'user' %}{{ loop.index }}{% else %}none{% endfor %}",
    "break and continue": "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "filters": "{{ 'fOO bar-baz' | title }} {{ 'fOO' | capitalize }} {{ ['b','a'] | sort | join }} {{ undefined_thing | default('d') }} {{ 'a😀' | length }} {{ {'a': 'é'} | tojson }} {{ 'aXb' | replace('X', '-') }} {{ [1,2] | first }}{{ [1,2] | last }}",
    "methods": "{{ 'fOO'.capitalize() }} {{ 'ab'.upper() }} {{ 'a b  c'.split() | join('/') }} {{ 'a,b,c'.split(',', 1) | join('/') }} {{ 'abc'.startswith('ab') }} {{ {'a': 1}.get('b', 2) }} {% for k, v in {'x': 1}.items() %}{{ k }}{{ v }}{% endfor %}",
    "macros": "{% macro turn(role, content='-') %}<{{ role }}>{{ content }}{% endmacro %}{{ turn('a') }}{{ turn('b', content='c') }}",
    "tests": "{{ 'a' is string }} {{ messages is iterable }} {{ messages[0] is mapping }} {{ none is none }} {{ 3 is odd }} {{ undefined_thing is undefined }} {{ false is false }} {{ 1 is number }}",
    "logic": "{{ 'a' if messages else 'b' }} {{ not (true and false) or false }} {{ 'x' in 'xyz' }} {{ 'user' not in ['a'] }} {{ '' or 'else' }}",
    "blanks": "  {% if true %}\n  a\n  {% endif %}\n{# nothing #}\n   b\n  {{- ' c' }}\n\t{%- set x = 1 -%}\n  d  \n",
    "blanks at the ends": "\n  x {{ 1 }}\n\n",
    "escapes": "{{ 'a\\tb\\\\n' }}{{ \"it's\" }}{{ 'say \"x\"' }}",
    "date": "{{ strftime_now('%Y-%m-%d %B %b %H:%M') }}",
    "raised": "{{ raise_exception('no system turn here') }}",
    "undefined attribute": "{{ nothing.at.all }}",
    "undefined sum": "{{ 'a' + nothing }}",
    "number and text": "{{ 'a' + 1 }}",
    "syntax": "{% for m in messages %}{{ m.content }",
    "unknown tag": "{% frobnicate %}",
    "unknown filter": "{{ 'a' | frobnicate }}",
}

U, A, S = "user", "assistant", "system"
CONVERSATIONS = [
    [(U, "What is 1+1?")],
    [(S, "Be brief."), (U, " Hi \n")],
    [(U, "What is 1+1?"), (A, " It is 2. "), (U, "Sure?")],
    [(U, "Q"), (A, "<think>\n\nSo \n it is.\n\n</think>\n\n 2\n"), (U, "Again, {{ 7 * 7 }} <b>&amp;</b> é 😀")],
    [(U, "Q"), (A, "<think>\nshort\n</think>\n\nIt is 2.")],
    [(S, "  You are terse.\n"), (U, "Q"), (A, "It is 2.")],
]


def rendered(template, begin, end, conversation, opening):
    names = {}
    if begin is not None: names["bos_token"] = begin
    if end is not None: names["eos_token"] = end
    messages = [{"role": role, "content": content} for role, content in conversation]
    try:
        return environment.from_string(template).render(messages=messages, add_generation_prompt=opening, **names)
    except Exception:
        return None


def record(name, begin, end, template, conversations, openings):
    return {
        "name": name, "template": template, "begin": begin, "end": end,
        "cases": [{
            "turns": [text for turn in conversation for text in turn],
            "opening": opening,
            "text": rendered(template, begin, end, conversation, opening),
        } for conversation in conversations for opening in openings],
    }


everything = [record(name, *model, CONVERSATIONS, (True, False)) for name, model in MODELS.items()]
everything += [record(name, None, None, template, [CONVERSATIONS[2]], (True,)) for name, template in LANGUAGE.items()]
pathlib.Path(__file__).with_name("recorded.json").write_text(json.dumps(everything, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
