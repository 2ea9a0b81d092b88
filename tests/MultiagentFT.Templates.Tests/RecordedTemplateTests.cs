using MultiagentFT.Foundation;

namespace MultiagentFT.Templates.Tests;

public sealed class RecordedTemplateTests
{
    public static TheoryData<string> Names { get; } = new(RecordedTemplate.All.Select(template => template.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_template_renders_as_Jinja_renders_it(string name)
    {
        var recorded = RecordedTemplate.Named(name);
        var template = new ChatTemplate("m.gguf", recorded.Template, recorded.Tokens);

        Assert.All(recorded.Cases, one =>
        {
            if (one.Text is null) Assert.Throws<InputException>(() => template.Render(one.Messages, one.Opening));
            else Assert.Equal(one.Text, template.Render(one.Messages, one.Opening));
        });
    }

    [Fact]
    public void Some_of_them_are_refused_and_most_are_not()
    {
        var texts = RecordedTemplate.All.SelectMany(template => template.Cases).Select(recorded => recorded.Text).ToList();

        Assert.InRange(texts.Count(text => text is null), 8, 40);
        Assert.InRange(texts.Count(text => text is not null), 120, 1000);
    }
}
