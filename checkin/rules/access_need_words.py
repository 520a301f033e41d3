"""Words in what people type about access needs: words for no need, and words that name no need."""

from __future__ import annotations

from checkin.rules.empty_answers import split_word_list

NOT_NEEDED_WORDS = split_word_list(
    """
    no not none never without cannot cant dont doesnt isnt wont didnt nothing nor neither longer
    anymore stopped except but instead used until

    nunca ni sin ya nada ningun ninguna excepto pero salvo menos tampoco

    outgrew outgrown outgrow returned returning lost losing missing forgot forgotten broke
    broken stolen sold gone refuse refuses refused decline declines declined reject rejects
    rejected hates quit gave stop stops was were had formerly former previously before past once
    only recovered healed cured resolved fixed removed finished better dead brother sister
    mother father mom dad grandmother grandma grandfather grandpa cousin dejo dejamos dejaron
    perdio perdimos perdieron perdido perdida perdidos perdidas devolvio devolvimos devolvieron
    devuelto devuelta rompio rota roto rotas rotos robaron rechaza rechazo usaba tenia era antes
    quito quitaron olvido olvidamos quedo chico chica crecio supero curo mejor solo solamente
    hermano hermana madre mama padre papa abuela abuelo primo prima
    """
)
"""Words for not needed, not anymore, not always, or not by the child. Such text never matches the record."""

WORDS_IN_MANY_NEEDS = split_word_list(
    """
    a an the i my he she his her we they it is are has have use need want please ye yes and or
    with for in on of to at help left right

    si la el un una de y con por favor en uso usa
    """
)
"""Words that appear in many needs and name none by themselves."""
