using System.Text;
using System.Text.Json;
using CsCheck;

namespace MultiagentFT.Fuzz.Tests.Mutation;

/// <summary>Files of JSON, or of JSON Lines, with values of other kinds, keys lost, repeated or renamed.</summary>
internal static class JsonMutants
{
    private static readonly string[] Values =
    [
        "null", "NaN", "-Infinity", "1e999", "-1", "0", "-0", "0.5", "1.0", "2147483648", "9223372036854775808", "18446744073709551616",
        "123456789012345678901234567890", "true", "false", "[]", "{}", "[null]", "[[]]", "{\"\":null}", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"",
        "\"\\udc00x\"", "\"\\u001b[31m\\n\"", "\"NaN\"", "\"1\"", "\"../../x\"", "\"/dev/null\"", "\"con\\u0000\"", "\"\\\\boxed{\"", "\"{question}\"", "",
        "[1,2,3,", "\"" + "\u00e9\u221a\U0001f600" + "\"",
    ];

    /// <param name="whole">The file, UTF-8.</param>
    public static Gen<Mutant> Of(byte[] whole)
    {
        var places = Places(whole);
        var change = Gen.Select(Gen.Int[0, places.Count - 1], Gen.Int[0, places.Count - 1], Gen.Int[0, Values.Length + 3]);
        return change.Array[1, 2].Select(changes =>
        {
            // From the end to the beginning, so that places stay where they are; none twice.
            var bytes = whole.ToList();
            var untouched = whole.Length;
            var damage = new StringBuilder();
            foreach (var (at, other, what) in changes.OrderByDescending(one => places[one.Item1].Start))
            {
                var (start, end) = places[at];
                if (end > untouched) continue;
                untouched = start;
                var value = what < Values.Length ? Encoding.UTF8.GetBytes(Values[what]) : Spliced(whole, places[at], places[other], what - Values.Length);
                bytes.RemoveRange(start, end - start);
                bytes.InsertRange(start, value);
                damage.Append($"{start}..{end} becomes {Encoding.UTF8.GetString(value.AsSpan(0, Math.Min(value.Length, 60)))}; ");
            }
            return new Mutant([.. bytes], damage.ToString());
        });
    }

    /// <summary>The value of another place, the same twice, or the same within a list or an object.</summary>
    private static byte[] Spliced(byte[] whole, (int Start, int End) own, (int Start, int End) other, int how)
    {
        var value = whole[own.Start..own.End];
        return how switch
        {
            0 => whole[other.Start..other.End],
            1 => [.. value, (byte)',', .. value],
            2 => [(byte)'[', .. value, (byte)']'],
            _ => [.. "{\"x\":"u8, .. value, (byte)'}'],
        };
    }

    /// <summary>Where every value and every key stands, whole lists and objects too.</summary>
    private static List<(int Start, int End)> Places(byte[] whole)
    {
        var places = new List<(int, int)>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(whole, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    open.Push(start);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    places.Add((open.Pop(), end));
                    break;
                case JsonTokenType.PropertyName:
                    // Without the colon.
                    places.Add((start, start + reader.ValueSpan.Length + 2));
                    break;
                default:
                    places.Add((start, end));
                    break;
            }
        }
        return places;
    }
}
