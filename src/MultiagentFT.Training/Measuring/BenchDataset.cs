using System.Text;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;

namespace MultiagentFT.Training.Measuring;

/// <summary>Made-up conversations of one length, half of them an answer, in the format that an objective reads.</summary>
/// <param name="encoder">Of the model.</param>
/// <param name="length">Tokens, at most.</param>
internal sealed class BenchDataset(ConversationEncoder encoder, int length)
{
    /// <summary>Writes examples that differ, and says how long their sequences are.</summary>
    /// <exception cref="InputException">Not even a word fits.</exception>
    public int Write(string path, string objective, int examples)
    {
        var words = Words();
        var (prompt, answer) = ((words + 1) / 2, words / 2);
        var made = Enumerable.Range(0, examples).Select(index => (User: ChatMessage.User(Text(index, prompt)), Good: ChatMessage.Assistant(Text(index + 1, answer)), Bad: ChatMessage.Assistant(Text(index + 2, answer)))).ToList();
        if (objective is "dpo" or "dpo-norm") PreferenceFile.Write(path, made.Select(one => new PreferencePair([one.User], [one.Good], [one.Bad])));
        else if (objective is "kto") PreferenceFile.Write(path, made.Select((one, index) => new LabelledCompletion([one.User], [one.Good], index % 2 == 0)));
        else DatasetFile.Write(path, made.Select(one => new ChatExample([one.User, one.Good])));
        return made.Max(one => Length(one.User, one.Good));
    }

    /// <summary>The most words of a conversation that fits.</summary>
    private int Words()
    {
        var (low, high) = (0, length);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            // Digits of one width: all texts of so many words have as many tokens, as far as a vocabulary allows.
            if (Enumerable.Range(0, 10).All(index => Length(ChatMessage.User(Text(index, (middle + 1) / 2)), ChatMessage.Assistant(Text(index + 1, middle / 2))) <= length)) low = middle;
            else high = middle - 1;
        }
        return low >= 2 ? low : throw new InputException("length", null, "room for a word of a question and one of an answer", $"{length}");
    }

    private int Length(ChatMessage user, ChatMessage answer) => encoder.Encode(new ChatExample([user, answer]), LossTarget.LastTurn).Tokens.Length;

    /// <summary>So many numbers of a digit, which no vocabulary joins over the blanks between them.</summary>
    private static string Text(int index, int words)
    {
        var text = new StringBuilder(words * 2);
        for (var word = 0; word < words; word++) text.Append(word == 0 ? "" : " ").Append((char)('0' + ((index + (word * (1 + (index % 7)))) % 10)));
        return text.ToString();
    }
}
