using System.Text.Json;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Templates.Tests;

/// <summary>A template and what Jinja itself makes of it (Recorded/record.py).</summary>
public sealed record RecordedTemplate(string Name, string Template, string? Begin, string? End, IReadOnlyList<RecordedCase> Cases)
{
    public static IReadOnlyList<RecordedTemplate> All { get; } = Read();

    public SpecialTokens Tokens => new(Begin, End);

    public static RecordedTemplate Named(string name) => All.Single(template => template.Name == name);

    private static RecordedTemplate[] Read()
    {
        using var stream = typeof(RecordedTemplate).Assembly.GetManifestResourceStream("recorded.json")!;
        return JsonSerializer.Deserialize<RecordedTemplate[]>(stream, JsonSerializerOptions.Web)!;
    }
}

/// <summary>One rendering.</summary>
/// <param name="Turns">Role, content, role, content, and so on.</param>
/// <param name="Opening">Whether it ends with the opening of an assistant's turn.</param>
/// <param name="Text">Null where Jinja refuses.</param>
public sealed record RecordedCase(IReadOnlyList<string> Turns, bool Opening, string? Text)
{
    public IReadOnlyList<ChatMessage> Messages => [.. Turns.Chunk(2).Select(turn => new ChatMessage(turn[0], turn[1]))];
}
