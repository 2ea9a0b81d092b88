using CsCheck;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Templates.Tests;

public sealed class ChatTemplateTests
{
    private static readonly SpecialTokens None = new(null, null);

    [Fact]
    public void ChatMl_is_what_Jinja_makes_of_it()
    {
        var twins = ChatMl.Sources.Select(source => new JinjaTemplate(source, None, ChatTemplate.FixedDate)).ToArray();
        var contents = Gen.OneOf(Gen.String, Gen.Const("{{ x }}"), Gen.Const(" \n"), Gen.Const("é😀"));
        var messages = Gen.Select(Gen.OneOf(Gen.Const("system"), Gen.Const("user"), Gen.Const("assistant")), contents, (role, content) => new ChatMessage(role, content))
            .List[1, 4];

        Gen.Select(messages, Gen.Bool).Sample(
            (turns, opening) => twins.All(twin => twin.Render(turns, opening) == ChatMl.Render(turns, opening)), iter: 50, threads: 1);
    }

    [Fact]
    public void Only_ChatMl_itself_is_taken_for_it()
    {
        Assert.All(ChatMl.Sources, source => Assert.True(ChatMl.Is(source)));
        Assert.All(ChatMl.Sources, source => Assert.False(ChatMl.Is(source + "{{ 'x' }}")));
    }

    [Fact]
    public void A_refusal_names_file_key_and_reason_in_a_line()
    {
        var template = new ChatTemplate("m.gguf", "{{ raise_exception('System role\nnot supported') }}", None);

        var error = Assert.Throws<InputException>(() => template.Render([ChatMessage.System("x"), ChatMessage.User("y")], true));

        Assert.Equal(
            "m.gguf: tokenizer.chat_template: expected a template that renders the conversation, found System role not supported", error.Message);
    }

    [Fact]
    public void A_file_without_template_is_refused_as_such()
    {
        var error = Assert.Throws<InputException>(() => new ChatTemplate("m.gguf", null, None).Render([ChatMessage.User("y")], true));

        Assert.Equal("m.gguf: tokenizer.chat_template: expected a chat template, found no such key", error.Message);
    }

    [Theory]
    [InlineData("{% for i in range(1000000000) %}{% endfor %}")]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{% set x = 1 %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x='xxxxxxxxxxxxxxxx') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}")]
    public void A_template_without_end_is_refused(string source)
    {
        var error = Assert.Throws<InputException>(() => new ChatTemplate("m.gguf", source, None).Render([ChatMessage.User("y")], true));

        Assert.StartsWith("m.gguf: tokenizer.chat_template: expected a template that renders the conversation, found ", error.Message);
    }

    [Fact]
    public void A_long_template_of_a_long_conversation_is_within_the_limits()
    {
        var recorded = RecordedTemplate.Named("qwen3");
        var unused = string.Concat(Enumerable.Repeat("{%- if tools is defined %}{{- tools[0].name | tojson ~ ' of ' ~ tools | length }}{%- endif %}\n", 300));
        var template = new ChatTemplate("m.gguf", unused + recorded.Template, recorded.Tokens);
        ChatMessage[] messages = [.. Enumerable.Range(0, 100).SelectMany(turn => new[] { ChatMessage.User($"question {turn}"), ChatMessage.Assistant($"answer {turn}") }), ChatMessage.User("last")];

        Assert.EndsWith("answer 99<|im_end|>\n<|im_start|>user\nlast<|im_end|>\n<|im_start|>assistant\n", template.Render(messages, true));
    }

    [Fact]
    public void A_template_nested_too_deep_is_refused()
    {
        string[] sources =
        [
            "{{ " + new string('(', 20_000) + "1" + new string(')', 20_000) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("not ", 50_000)) + "1 }}",
            string.Concat(Enumerable.Repeat("{% if true %}", 15_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 15_000)),
            "{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 50_000)) + " }}",
            new string('x', JinjaTemplate.MostCharacters + 1),
        ];

        Assert.All(sources, source => Assert.Throws<InputException>(() => new ChatTemplate("m.gguf", source, None).Render([ChatMessage.User("y")], true)));
    }

    [Fact]
    public void Many_threads_may_render()
    {
        var recorded = RecordedTemplate.Named("qwen3");
        var template = new ChatTemplate("m.gguf", recorded.Template, recorded.Tokens);
        var cases = Enumerable.Repeat(recorded.Cases, 4).SelectMany(all => all).ToList();

        Parallel.ForEach(cases, one => Assert.Equal(one.Text, template.Render(one.Messages, one.Opening)));
    }

    [Theory]
    [InlineData("%d %b %Y", "05 Mar 2026")]
    [InlineData("%A, %-d %B %y, %H:%M:%S", "Thursday, 5 March 26, 14:07:09")]
    [InlineData("%Y-%m-%d %j %p %I %%", "2026-03-05 064 PM 02 %")]
    [InlineData("%F %T %D", "2026-03-05 14:07:09 03/05/26")]
    public void Dates_are_written_as_Python_writes_them(string format, string text)
    {
        var template = new ChatTemplate("m.gguf", $"{{{{ strftime_now('{format}') }}}}", None, new DateTime(2026, 3, 5, 14, 7, 9, DateTimeKind.Utc));

        Assert.Equal(text, template.Render([ChatMessage.User("x")], true));
    }

    [Fact]
    public void An_unknown_directive_of_a_date_is_refused()
    {
        var template = new ChatTemplate("m.gguf", "{{ strftime_now('%Q') }}", None);

        Assert.Contains("%Q", Assert.Throws<InputException>(() => template.Render([ChatMessage.User("x")], true)).Message);
    }

    [Fact]
    public void Today_is_the_same_on_every_day() =>
        Assert.Equal("2024-07-26", new ChatTemplate("m.gguf", "{{ strftime_now('%F') }}", None).Render([ChatMessage.User("x")], true));
}
