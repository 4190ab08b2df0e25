-- Causes are a tree whose every change is a version: what was added, moved and retired, in order, so that the tree can be
-- told as it stood at any time.
alter table cause add column parent blob references cause (id);
-- At which step of the work it arises, and who can do something about it.
alter table cause add column process_step text;
alter table cause add column controllable_by text;
-- The version of the tree in which it changed last.
alter table cause add column version integer not null default 0;
create index cause_parent on cause (parent);
-- Whether a cause was ever tagged is asked before it becomes a branch; current tags have an index of their own.
create index cause_tag_superseded on cause_tag (cause) where not current;

create table cause_change (
    version integer not null primary key,
    at      integer not null,
    -- Nobody for what every desk begins with.
    staff   blob references staff (id),
    cause   blob not null references cause (id),
    kind    text not null check (kind in ('added', 'moved', 'retired')),
    -- JSON: added, what it was; moved, from and to; retired, maps_to. Other causes are named by their codes, which last.
    body    text not null
) strict;
create index cause_change_at on cause_change (at, version);

-- A second person said why, without seeing what the first said; `seq` is the tag that stood then.
create table second_rating (
    complaint blob not null primary key,
    seq       integer not null,
    cause     blob not null references cause (id),
    staff     blob not null references staff (id),
    at        integer not null,
    foreign key (complaint, seq) references cause_tag (complaint, seq)
) strict;
create index second_rating_at on second_rating (at);

create trigger cause_change_is_not_changed before update on cause_change
begin
    select raise(abort, 'cause_change is append-only');
end;
create trigger cause_change_is_not_removed before delete on cause_change
begin
    select raise(abort, 'cause_change is append-only');
end;

create trigger second_rating_is_not_changed before update on second_rating
begin
    select raise(abort, 'second_rating is append-only');
end;
create trigger second_rating_is_not_removed before delete on second_rating
begin
    select raise(abort, 'second_rating is append-only');
end;

-- About one complaint in ten, by chance and always the same: so many of the last bytes of ids.
create index cause_tag_sample on cause_tag (complaint) where role = 'primary' and current and substr(complaint, 16, 1) < x'1a';

-- The first tree: four branches by what value is taken from the customer. A code that a desk has already stays the desk's.
insert into cause (id, code, name, value_category, created_at) values
    (x'0190000000007000800000000000000b', 'product', '{"en": "Product", "hu": "Termék", "vi": "Sản phẩm", "zh": "产品"}', 'product', 0),
    (x'0190000000007000800000000000000c', 'convenience', '{"en": "Convenience", "hu": "Kényelem", "vi": "Sự thuận tiện", "zh": "便利"}', 'convenience', 0),
    (x'0190000000007000800000000000000d', 'mindset', '{"en": "Service mindset", "hu": "Szolgáltató szemlélet", "vi": "Tư duy dịch vụ", "zh": "服务意识"}', 'mindset', 0),
    (x'0190000000007000800000000000000e', 'relationship', '{"en": "Relationship", "hu": "Kapcsolat", "vi": "Mối quan hệ", "zh": "客户关系"}', 'relationship', 0)
    on conflict (code) do nothing;
insert into cause (id, code, name, value_category, servqual, family, process_step, controllable_by, parent, created_at) values
    (x'0190000000007000800000000000000f', 'performance', '{"en": "Does not do what it should", "hu": "Nem úgy működik, ahogy kellene", "vi": "Hoạt động không như mong đợi", "zh": "性能达不到要求"}', 'product', 'reliability', 'machine', 'use', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000010', 'appearance', '{"en": "Looks poor or worn", "hu": "Rossz vagy kopott külső", "vi": "Hình thức xấu, cũ", "zh": "外观差或陈旧"}', 'product', 'tangibles', 'material', 'make', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000011', 'features', '{"en": "Feature or benefit missing", "hu": "Hiányzó funkció vagy előny", "vi": "Thiếu tính năng hoặc lợi ích", "zh": "缺少功能或好处"}', 'product', 'tangibles', 'method', 'design', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000012', 'unsafe', '{"en": "Not safe to use", "hu": "Nem biztonságos", "vi": "Không an toàn khi dùng", "zh": "使用不安全"}', 'product', 'assurance', 'material', 'make', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000013', 'range', '{"en": "Not in our range", "hu": "Nincs a kínálatban", "vi": "Không có trong danh mục hàng", "zh": "产品种类不全"}', 'product', 'tangibles', 'method', 'design', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000014', 'sets', '{"en": "Poor set or combination", "hu": "Rossz összeállítás vagy csomag", "vi": "Bộ sản phẩm kết hợp chưa hợp lý", "zh": "套装搭配不当"}', 'product', 'tangibles', 'method', 'design', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000015', 'packaging', '{"en": "Poor packaging", "hu": "Rossz csomagolás", "vi": "Bao bì kém", "zh": "包装不良"}', 'product', 'tangibles', 'material', 'make', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000016', 'parts-missing', '{"en": "Part or accessory missing", "hu": "Hiányzó alkatrész vagy tartozék", "vi": "Thiếu bộ phận hoặc phụ kiện", "zh": "缺少零件或配件"}', 'product', 'reliability', 'people', 'make', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000017', 'outdated', '{"en": "Not upgraded or improved", "hu": "Elmaradt fejlesztés vagy frissítés", "vi": "Không được nâng cấp, cải tiến", "zh": "未升级或改进"}', 'product', 'tangibles', 'method', 'design', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000018', 'price-level', '{"en": "Price too high", "hu": "Túl magas ár", "vi": "Giá quá cao", "zh": "价格过高"}', 'product', 'assurance', 'method', 'pay', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000019', 'order-error', '{"en": "Order taken down wrongly", "hu": "Hibásan felvett rendelés", "vi": "Ghi nhận sai đơn hàng", "zh": "订单登记错误"}', 'product', 'reliability', 'people', 'order', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'0190000000007000800000000000001a', 'offer-not-given', '{"en": "Special offer not given", "hu": "Elmaradt kedvezmény", "vi": "Không được hưởng ưu đãi", "zh": "未享受优惠"}', 'product', 'reliability', 'method', 'pay', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'0190000000007000800000000000001b', 'financing', '{"en": "Payment or credit terms", "hu": "Fizetési vagy hitelfeltételek", "vi": "Điều kiện thanh toán, trả góp", "zh": "付款或分期条件"}', 'product', 'assurance', 'method', 'pay', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'0190000000007000800000000000001c', 'product-knowledge', '{"en": "Staff do not know the product", "hu": "A munkatárs nem ismeri a terméket", "vi": "Nhân viên không nắm rõ sản phẩm", "zh": "员工不了解产品"}', 'product', 'assurance', 'people', 'inform', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'0190000000007000800000000000001d', 'made-wrongly', '{"en": "Not made as agreed", "hu": "Nem a megbeszélt módon készült", "vi": "Làm không đúng thỏa thuận", "zh": "未按约定制作"}', 'product', 'reliability', 'people', 'make', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'0190000000007000800000000000001e', 'installation', '{"en": "Poor installation", "hu": "Rossz beszerelés", "vi": "Lắp đặt kém", "zh": "安装不当"}', 'product', 'reliability', 'people', 'use', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'0190000000007000800000000000001f', 'hard-to-use', '{"en": "Hard to use", "hu": "Nehezen használható", "vi": "Khó sử dụng", "zh": "不易使用"}', 'product', 'tangibles', 'method', 'use', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000020', 'misuse', '{"en": "Used in another way than meant", "hu": "Nem rendeltetésszerű használat", "vi": "Dùng không đúng cách", "zh": "使用方法不当"}', 'product', 'tangibles', 'people', 'use', 'customer', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000021', 'repair', '{"en": "Poor or slow repair", "hu": "Rossz vagy lassú javítás", "vi": "Sửa chữa kém hoặc chậm", "zh": "维修差或慢"}', 'product', 'reliability', 'people', 'repair', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000022', 'maintenance', '{"en": "Not kept in good order", "hu": "Elmaradt karbantartás", "vi": "Bảo trì kém", "zh": "保养不到位"}', 'product', 'reliability', 'method', 'repair', 'us', (select id from cause where id = x'0190000000007000800000000000000b'), 0),
    (x'01900000000070008000000000000023', 'slow-service', '{"en": "Long wait or slow service", "hu": "Hosszú várakozás, lassú kiszolgálás", "vi": "Chờ lâu, phục vụ chậm", "zh": "等待久或服务慢"}', 'convenience', 'responsiveness', 'method', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000024', 'access', '{"en": "Hard to get to or into", "hu": "Nehezen megközelíthető", "vi": "Khó tiếp cận", "zh": "不易到达或进入"}', 'convenience', 'tangibles', 'environment', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000025', 'inconvenient', '{"en": "Too much trouble for the customer", "hu": "Túl körülményes az ügyfélnek", "vi": "Gây bất tiện cho khách", "zh": "给客户添麻烦"}', 'convenience', 'empathy', 'method', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000026', 'procedure', '{"en": "Too many steps or papers", "hu": "Túl sok lépés vagy papír", "vi": "Thủ tục rườm rà", "zh": "手续繁琐"}', 'convenience', 'responsiveness', 'method', 'order', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000027', 'instructions', '{"en": "Instructions hard to follow", "hu": "Nehezen követhető útmutató", "vi": "Hướng dẫn khó hiểu", "zh": "说明难懂"}', 'convenience', 'assurance', 'method', 'inform', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000028', 'sign-unreadable', '{"en": "Label or sign hard to read", "hu": "Nehezen olvasható címke vagy tábla", "vi": "Nhãn, biển khó đọc", "zh": "标签或标识难辨认"}', 'convenience', 'tangibles', 'material', 'inform', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000029', 'sign-wrong', '{"en": "Label or sign wrong or incomplete", "hu": "Hibás vagy hiányos címke, tábla", "vi": "Nhãn, biển sai hoặc thiếu", "zh": "标签或标识有误或不全"}', 'convenience', 'reliability', 'method', 'inform', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'0190000000007000800000000000002a', 'sign-no-answer', '{"en": "Sign leaves questions open", "hu": "A tábla nem ad választ a kérdésekre", "vi": "Biển chưa giải đáp điều khách cần", "zh": "标识未解答疑问"}', 'convenience', 'empathy', 'method', 'inform', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'0190000000007000800000000000002b', 'display', '{"en": "Hard to find in the shop", "hu": "Nehezen található az üzletben", "vi": "Khó tìm thấy trong cửa hàng", "zh": "店内难找"}', 'convenience', 'tangibles', 'environment', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'0190000000007000800000000000002c', 'counter', '{"en": "Poorly served at the counter", "hu": "Rossz kiszolgálás a pultnál", "vi": "Phục vụ tại quầy kém", "zh": "柜台服务差"}', 'convenience', 'responsiveness', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'0190000000007000800000000000002d', 'hand-over', '{"en": "Not handed over properly", "hu": "Nem megfelelő átadás", "vi": "Giao tận tay không đúng cách", "zh": "未妥善交付"}', 'convenience', 'reliability', 'people', 'deliver', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'0190000000007000800000000000002e', 'website', '{"en": "Web site fails or is unclear", "hu": "Hibás vagy zavaros weboldal", "vi": "Trang web lỗi hoặc khó dùng", "zh": "网站故障或不清晰"}', 'convenience', 'tangibles', 'machine', 'contact', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'0190000000007000800000000000002f', 'email', '{"en": "E-mail lost or unclear", "hu": "Elveszett vagy zavaros e-mail", "vi": "E-mail thất lạc hoặc khó hiểu", "zh": "邮件丢失或不清晰"}', 'convenience', 'responsiveness', 'machine', 'contact', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000030', 'app', '{"en": "App fails or is unclear", "hu": "Hibás vagy zavaros alkalmazás", "vi": "Ứng dụng lỗi hoặc khó dùng", "zh": "应用故障或不清晰"}', 'convenience', 'tangibles', 'machine', 'contact', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000031', 'phone-call', '{"en": "Call dropped or passed around", "hu": "Megszakadt vagy körbekapcsolt hívás", "vi": "Cuộc gọi bị ngắt hoặc chuyển vòng", "zh": "来电中断或被转来转去"}', 'convenience', 'responsiveness', 'people', 'contact', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000032', 'text-message', '{"en": "Text message wrong or missing", "hu": "Hibás vagy elmaradt SMS", "vi": "Tin nhắn sai hoặc không có", "zh": "短信有误或未发"}', 'convenience', 'reliability', 'machine', 'contact', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000033', 'warehouse', '{"en": "Mistake in the warehouse", "hu": "Raktári hiba", "vi": "Sai sót ở kho", "zh": "仓库出错"}', 'convenience', 'reliability', 'method', 'store', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000034', 'out-of-stock', '{"en": "Out of stock", "hu": "Nincs készleten", "vi": "Hết hàng", "zh": "缺货"}', 'convenience', 'reliability', 'measurement', 'store', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000035', 'transport', '{"en": "Lost or damaged on the way", "hu": "Szállítás közben elveszett, sérült", "vi": "Mất hoặc hỏng khi vận chuyển", "zh": "运输途中丢失或损坏"}', 'convenience', 'reliability', 'method', 'deliver', 'supplier', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000036', 'weather', '{"en": "Weather or other force of nature", "hu": "Időjárás vagy elemi csapás", "vi": "Thời tiết hoặc thiên tai", "zh": "天气或自然灾害"}', 'convenience', 'reliability', 'environment', 'deliver', 'nobody', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000037', 'opening-hours', '{"en": "Closed when needed", "hu": "Zárva, amikor szükség volna rá", "vi": "Không mở cửa khi khách cần", "zh": "需要时不营业"}', 'convenience', 'responsiveness', 'method', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000038', 'complaint-handling', '{"en": "How a complaint was handled", "hu": "A panasz kezelése", "vi": "Cách giải quyết khiếu nại", "zh": "投诉处理方式"}', 'convenience', 'responsiveness', 'method', 'complaint', 'us', (select id from cause where id = x'0190000000007000800000000000000c'), 0),
    (x'01900000000070008000000000000039', 'no-will-to-solve', '{"en": "No will to solve the problem", "hu": "Nem akarják megoldani a gondot", "vi": "Không muốn giải quyết vấn đề", "zh": "不愿解决问题"}', 'mindset', 'responsiveness', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'0190000000007000800000000000003a', 'no-help', '{"en": "Unwilling to help", "hu": "Nem segítőkész", "vi": "Không sẵn lòng giúp đỡ", "zh": "不愿帮忙"}', 'mindset', 'responsiveness', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'0190000000007000800000000000003b', 'no-care', '{"en": "No compassion or care", "hu": "Nincs együttérzés, törődés", "vi": "Thiếu cảm thông, quan tâm", "zh": "缺乏同情与关心"}', 'mindset', 'empathy', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'0190000000007000800000000000003c', 'not-first', '{"en": "Customer not put first", "hu": "Nem az ügyfél az első", "vi": "Không đặt khách hàng lên đầu", "zh": "没有把客户放在首位"}', 'mindset', 'empathy', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'0190000000007000800000000000003d', 'no-attention', '{"en": "Nobody paid attention", "hu": "Nem figyeltek az ügyfélre", "vi": "Không được chú ý", "zh": "无人理会"}', 'mindset', 'empathy', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'0190000000007000800000000000003e', 'no-effort', '{"en": "No more than the least effort", "hu": "Csak a minimumot tették meg", "vi": "Chỉ làm cho xong", "zh": "敷衍了事"}', 'mindset', 'responsiveness', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'0190000000007000800000000000003f', 'not-told', '{"en": "Nobody spoke up first", "hu": "Nem szóltak maguktól", "vi": "Không chủ động báo trước", "zh": "没有主动告知"}', 'mindset', 'responsiveness', 'people', 'inform', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000040', 'careless-work', '{"en": "Careless work", "hu": "Hanyag munka", "vi": "Làm việc cẩu thả", "zh": "工作马虎"}', 'mindset', 'reliability', 'people', 'make', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000041', 'disrespect', '{"en": "Disrespect or insult", "hu": "Tiszteletlenség vagy sértés", "vi": "Thiếu tôn trọng, xúc phạm", "zh": "不尊重或侮辱"}', 'mindset', 'empathy', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000042', 'teamwork', '{"en": "Colleagues did not work together", "hu": "Nem működtek együtt a kollégák", "vi": "Đồng nghiệp không phối hợp", "zh": "同事之间不配合"}', 'mindset', 'reliability', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000043', 'misled', '{"en": "Misled or told an untruth", "hu": "Félrevezetés, valótlan állítás", "vi": "Bị nói sai sự thật", "zh": "误导或不实告知"}', 'mindset', 'assurance', 'people', 'inform', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000044', 'not-put-right', '{"en": "Mistake not put right", "hu": "Ki nem javított hiba", "vi": "Sai mà không sửa kịp thời", "zh": "错误未及时纠正"}', 'mindset', 'responsiveness', 'people', 'complaint', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000045', 'not-trained', '{"en": "Not trained, nothing learnt", "hu": "Hiányzó képzés, tanulás", "vi": "Thiếu đào tạo, không học hỏi", "zh": "缺乏培训和学习"}', 'mindset', 'assurance', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000046', 'untidy', '{"en": "Untidy person or place", "hu": "Rendezetlen megjelenés vagy hely", "vi": "Nhân viên, nơi làm việc nhếch nhác", "zh": "仪表或环境不整洁"}', 'mindset', 'tangibles', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000047', 'privacy', '{"en": "Privacy or safety put at risk", "hu": "Veszélyeztetett adat vagy biztonság", "vi": "Ảnh hưởng an toàn, bảo mật", "zh": "危及隐私或安全"}', 'mindset', 'assurance', 'method', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000048', 'property-damage', '{"en": "Customer''s property damaged", "hu": "Kár az ügyfél tulajdonában", "vi": "Làm hỏng tài sản của khách", "zh": "损坏客户财物"}', 'mindset', 'assurance', 'people', 'deliver', 'us', (select id from cause where id = x'0190000000007000800000000000000d'), 0),
    (x'01900000000070008000000000000049', 'needs-missed', '{"en": "Needs not understood", "hu": "Meg nem értett igények", "vi": "Không hiểu nhu cầu của khách", "zh": "不了解客户需求"}', 'relationship', 'empathy', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'0190000000007000800000000000004a', 'worries-ignored', '{"en": "Worries not taken seriously", "hu": "Komolyan nem vett aggodalom", "vi": "Xem nhẹ lo lắng của khách", "zh": "不重视客户的担忧"}', 'relationship', 'empathy', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'0190000000007000800000000000004b', 'short-term', '{"en": "Only the sale counted", "hu": "Csak az eladás számított", "vi": "Chỉ nghĩ đến bán hàng", "zh": "只顾眼前销售"}', 'relationship', 'empathy', 'method', 'follow_up', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'0190000000007000800000000000004c', 'feedback-ignored', '{"en": "Feedback ignored or not asked for", "hu": "Figyelmen kívül hagyott visszajelzés", "vi": "Không lắng nghe phản hồi", "zh": "忽视或不征求反馈"}', 'relationship', 'responsiveness', 'method', 'follow_up', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'0190000000007000800000000000004d', 'no-contact', '{"en": "Not kept in touch", "hu": "Nem tartottak kapcsolatot", "vi": "Không giữ liên lạc", "zh": "缺乏联系"}', 'relationship', 'responsiveness', 'method', 'follow_up', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'0190000000007000800000000000004e', 'unwanted-contact', '{"en": "Contact the customer did not want", "hu": "Nem kívánt megkeresés", "vi": "Liên hệ gây phiền khách", "zh": "打扰客户"}', 'relationship', 'empathy', 'method', 'follow_up', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'0190000000007000800000000000004f', 'not-recognised', '{"en": "Regular customer not known", "hu": "Nem ismerték fel a törzsvevőt", "vi": "Không nhận ra khách quen", "zh": "不认得老客户"}', 'relationship', 'empathy', 'people', 'serve', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'01900000000070008000000000000050', 'loyalty', '{"en": "Loyalty not rewarded", "hu": "Nem jutalmazott hűség", "vi": "Khách trung thành không được ưu đãi", "zh": "忠诚未获回馈"}', 'relationship', 'empathy', 'method', 'follow_up', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'01900000000070008000000000000051', 'support-after', '{"en": "Little support afterwards", "hu": "Kevés támogatás utólag", "vi": "Hỗ trợ sau bán kém", "zh": "后续支持不足"}', 'relationship', 'responsiveness', 'people', 'follow_up', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'01900000000070008000000000000052', 'support-colleague', '{"en": "Colleague not supported", "hu": "Nem támogatott kolléga", "vi": "Không hỗ trợ đồng nghiệp", "zh": "同事未得到支持"}', 'relationship', 'responsiveness', 'people', 'follow_up', 'us', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'01900000000070008000000000000053', 'supplier', '{"en": "Supplier let us down", "hu": "Cserben hagyott a beszállító", "vi": "Nhà cung cấp không đáp ứng", "zh": "供应商未尽责"}', 'relationship', 'reliability', 'method', 'store', 'supplier', (select id from cause where id = x'0190000000007000800000000000000e'), 0),
    (x'01900000000070008000000000000054', 'partner', '{"en": "Partner let us down", "hu": "Cserben hagyott a partner", "vi": "Đối tác không đáp ứng", "zh": "合作伙伴未尽责"}', 'relationship', 'reliability', 'method', 'serve', 'supplier', (select id from cause where id = x'0190000000007000800000000000000e'), 0)
    on conflict (code) do nothing;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000c'), process_step = 'deliver', controllable_by = 'us' where code = 'late' and created_at = 0;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000b'), process_step = 'make', controllable_by = 'us' where code = 'damaged' and created_at = 0;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000c'), process_step = 'deliver', controllable_by = 'us' where code = 'wrong-item' and created_at = 0;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000b'), process_step = 'pay', controllable_by = 'us' where code = 'billing-error' and created_at = 0;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000d'), process_step = 'inform', controllable_by = 'us' where code = 'misinformed' and created_at = 0;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000d'), process_step = 'serve', controllable_by = 'us' where code = 'conduct' and created_at = 0;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000e'), process_step = 'follow_up', controllable_by = 'us' where code = 'promise-not-kept' and created_at = 0;
update cause set parent = (select id from cause where id = x'0190000000007000800000000000000c'), process_step = 'contact', controllable_by = 'us' where code = 'hard-to-reach' and created_at = 0;

-- What happened so far, as versions.
insert into cause_change (version, at, cause, kind, body)
    select row_number() over (order by at, step, inner_one, code), at, id, kind, body from (
        select c.created_at as at, 0 as step, c.parent is not null as inner_one, c.code as code, c.id as id, 'added' as kind,
            json_object('code', c.code, 'name', json(c.name), 'parent', p.code, 'value_category', c.value_category,
                'servqual', c.servqual, 'family', c.family, 'process_step', c.process_step,
                'controllable_by', c.controllable_by) as body
            from cause c left join cause p on p.id = c.parent
        union all
        select c.retired_at, 1, c.parent is not null, c.code, c.id, 'retired', json_object('maps_to', m.code)
            from cause c left join cause m on m.id = c.maps_to where c.retired_at is not null
    ) as changes;
update cause set version = (select max(v.version) from cause_change v where v.cause = cause.id);
